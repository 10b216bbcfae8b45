using System.Collections.Immutable;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Averaging;

/// <summary>
/// One replica's part in the averaging of a model: says when it contributes what it has learned, and takes averages in at their places in its log. A
/// function of the records and averages of that log alone. Single-threaded; allocates where it contributes and takes in, not in between.
/// </summary>
/// <remarks>The slices of the model take turns, evenly spread over <see cref="ReplicaOptions.Every"/> records; one with
/// <see cref="SliceExchange.MostOutstanding"/> contributions that are in no average yet is passed over, and later contributes all that has gathered.</remarks>
public sealed class ReplicaExchange
{
    private const string Format = "replica-exchange";
    private const int Version = 1;
    private const int Fields = 6;

    private readonly ReplicaOptions _options;
    private readonly int _replica;
    private readonly IAveragedLearner _learner;
    private readonly ImmutableArray<ParameterSlice> _slices;
    private readonly SliceExchange[] _exchanges;
    private readonly ExchangeWorkspace _room;
    private readonly int _interval;
    private long _learned;

    // Records since the last contribution of any slice, as many as are waited for at most; the slice whose turn it is.
    private int _since;
    private int _turn;

    /// <param name="options">When and how.</param>
    /// <param name="replica">Which replica it is: the partition that it learns from.</param>
    /// <param name="learner">The replica, which has learned nothing yet: all start alike.</param>
    public ReplicaExchange(ReplicaOptions options, int replica, IAveragedLearner learner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replica);
        _options = options.Validate();
        _replica = replica;
        _learner = learner;
        _slices = ParameterSlice.Cut(learner.Layout, options.SliceBytes / sizeof(float));
        _exchanges = [.. _slices.Select((slice, index) => new SliceExchange(index, slice, learner.Parameters))];
        _room = new ExchangeWorkspace(_slices.Max(slice => slice.Range.Length));
        _interval = Interval(options, _slices.Length);
    }

    /// <summary>Slices of the model.</summary>
    public int Slices => _slices.Length;

    /// <summary>Records learned.</summary>
    public long Learned => _learned;

    /// <summary>Averages that were applied.</summary>
    public long Applied { get; private set; }

    /// <summary>Averages that no replica has taken.</summary>
    public long Refused { get; private set; }

    /// <summary>Records from one contribution to the next, whatever the slice.</summary>
    public static int Interval(ReplicaOptions options, int slices) => Math.Max(1, options.Every / slices);

    /// <summary>Slices that a model goes in, and bytes of the largest contribution to one.</summary>
    public static (int Slices, int LargestBytes) SlicesOf(ReplicaOptions options, IAveragedLearner learner)
    {
        var slices = ParameterSlice.Cut(learner.Layout, options.SliceBytes / sizeof(float));
        return (slices.Length, slices.Max(Contribution.MostBytes));
    }

    /// <summary>A record has been learned.</summary>
    /// <returns>The contribution that is due now; null: none is.</returns>
    public byte[]? AfterRecord()
    {
        _learned++;
        _since = Math.Min(_since + 1, _interval);
        if (_since < _interval)
        {
            return null;
        }

        for (var i = 0; i < _exchanges.Length; i++)
        {
            var slice = (_turn + i) % _exchanges.Length;
            if (_exchanges[slice].CanContribute)
            {
                _turn = (slice + 1) % _exchanges.Length;
                _since = 0;
                return _exchanges[slice].Contribute(_replica, _learned, _learner, _options, _room);
            }
        }

        return null;
    }

    /// <summary>Takes an average in, as it stands in the log.</summary>
    /// <exception cref="ReplicaLogException">The averages of the log are not those of this replica's past.</exception>
    public AverageOutcome Apply(ReadOnlySpan<byte> average)
    {
        if (ReplicaAverage.TryDecode(average, _room.Codec) is not { } read || read.Slice >= _slices.Length
            || read.Values.Length != _slices[read.Slice].Range.Length)
        {
            return AverageOutcome.Unusable;
        }

        var outcome = _exchanges[read.Slice].Apply(read, _replica, _learner, _room);
        if (outcome == AverageOutcome.Applied)
        {
            Applied++;
        }
        else
        {
            Refused++;
        }

        return outcome;
    }

    /// <summary>Writes the whole state, versioned. The learner's own is the learner's.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, Version, Fields);
        writer.Write(_learned);
        writer.Write(_since);
        writer.Write(_turn);
        writer.Write(Applied);
        writer.Write(Refused);
        writer.WriteArrayHeader(_exchanges.Length);
        foreach (var exchange in _exchanges)
        {
            exchange.Save(ref writer);
        }
    }

    /// <summary>Takes over what a replica with the same settings has saved. The learner takes its own over first.</summary>
    /// <exception cref="StateFormatException">The state is of another model or version, or damaged.</exception>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, Version, Fields);
        _learned = reader.ReadInt64();
        var since = reader.ReadInt32();
        var turn = reader.ReadInt32();
        Applied = reader.ReadInt64();
        Refused = reader.ReadInt64();
        StateFormat.Require(
            _learned >= 0 && since >= 0 && turn >= 0 && turn < _exchanges.Length && Applied >= 0 && Refused >= 0,
            "the counts of a replica contradict each other");

        // Settings of now may wait for fewer records.
        (_since, _turn) = (Math.Min(since, _interval), turn);
        reader.ReadLength(_exchanges.Length);
        foreach (var exchange in _exchanges)
        {
            exchange.Load(ref reader, _learned);
        }
    }

    /// <summary>What all replicas have in common after the same averages, of one slice.</summary>
    internal ReadOnlySpan<float> Anchor(int slice) => _exchanges[slice].Anchor;

    /// <summary>What the others will know of this replica, of one slice: the anchor and what waits to be averaged.</summary>
    internal float[] Reference(int slice)
    {
        var reference = new float[_slices[slice].Range.Length];
        _exchanges[slice].FillReference(reference);
        return reference;
    }

    /// <summary>Contributions of a slice that wait for their averages.</summary>
    internal int Outstanding(int slice) => _exchanges[slice].Outstanding;
}
