using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language;

/// <summary>The learners of texts of one bucket. Examples are payloads (<see cref="LanguageRecord"/>); a text that is scored alone is answered with {tokens,
/// perplexity}.</summary>
public sealed class LanguageFleet : KeyedFleet
{
    private const string Format = "language-key";

    private readonly LanguagePlan _plan;
    private readonly DomainNames? _fixed;

    /// <param name="plan">What the learners of a key are.</param>
    /// <param name="maxKeys">How many keys it may hold; at least 1.</param>
    /// <param name="place">Where it runs; null: <see cref="FleetPlace.Default"/>.</param>
    public LanguageFleet(LanguagePlan plan, int maxKeys, FleetPlace? place = null)
        : base(plan, maxKeys, place)
    {
        _plan = plan;
        _fixed = plan.Task.Domains.Count > 0 ? new DomainNames(plan.Task) : null;
    }

    /// <inheritdoc/>
    public override int PredictionWidth => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<LanguageKeyReport> Report(
        int skip = 0, int take = int.MaxValue, IReadOnlyDictionary<byte[], byte[]>? passive = null) => [.. base.Report(skip, take, passive).Cast<LanguageKeyReport>()];

    private protected override void RequireForm(ExampleBatch examples)
    {
        if (examples.Width != 0 || examples.PayloadEnds.Length != examples.Count)
        {
            throw new ArgumentException($"Examples have {examples.Width} numbers and {examples.PayloadEnds.Length} payloads; expected payloads only.");
        }
    }

    private protected override ExampleStatus Look(ExampleBatch examples, int row)
    {
        if (!LanguageRecord.TryRead(examples.Payload(row), out var record))
        {
            return ExampleStatus.Unusable;
        }

        // Where domains grow, it is the key that knows whether there is room for one more.
        return _fixed is not null && _fixed.Find(record.Domain) < 0 ? ExampleStatus.UnknownDomain : ExampleStatus.Predicted;
    }

    private protected override KeyLearners Create(ReadOnlySpan<byte> key) => new LanguageLearners(_plan, key, Workspaces);

    private protected override ExampleStatus Step(
        KeyLearners learners, bool frozen, ExampleBatch examples, int row, PredictionBatch predictions, int to, out bool changed)
    {
        LanguageRecord.TryRead(examples.Payload(row), out var record);
        var status = ((LanguageLearners)learners).Step(record, examples.Times[row], frozen, predictions, to);
        changed = status != ExampleStatus.UnknownDomain;
        return status;
    }

    private protected override Foresight Foresee(KeyLearners learners, bool frozen, ExampleBatch examples, int row)
    {
        LanguageRecord.TryRead(examples.Payload(row), out var record);
        return ((LanguageLearners)learners).Foresee(record, examples.Times[row]);
    }

    private protected override void SaveKey(KeyLearners learners, long lastUse, ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, fields: 3);
        writer.Write(_plan.Task.Meaning);

        // Always as long: a state does not grow with the age of its key.
        writer.WriteInt64(lastUse);
        learners.Save(ref writer);
    }

    private protected override long LoadLastUse(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, fields: 3);
        return reader.ReadString() is var meaning && meaning != _plan.Task.Meaning
            ? throw new StateFormatException($"Stored state has {meaning}; expected {_plan.Task.Meaning}.")
            : reader.ReadInt64();
    }
}
