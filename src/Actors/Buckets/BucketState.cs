using System.Buffers;
using MessagePack;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Actors.Watching;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Watching;
using StreamLearn.Streams.Events;

namespace StreamLearn.Actors.Buckets;

/// <summary>A bucket without its actor: the fleet of its keys, the last offset applied, and the answers that may be asked for
/// again.</summary>
internal sealed class BucketState
{
    // Of the state besides the keys.
    private const int StateVersion = 2;
    private const int StateFields = 3;

    // Of how a key stands, in a message.
    private const int StandingBytes = 40;
    private const int NumberBytes = 9;

    private readonly PipelineDefinition _pipeline;
    private readonly ILearnerFleet _fleet;
    private readonly BucketQuestions _questions;
    private readonly RecentAnswers _recent;
    private readonly OriginFilter _origins = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly LearnerMemory _memory;
    private readonly BucketWatch? _watch;

    // What the node's memory knows of this bucket.
    private (long Bytes, int ResidentKeys, int PassiveKeys) _counted;

    // Since the last one that there was.
    private bool _hasWantedBarrier;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="stored">Where to go on; null: with nothing.</param>
    /// <param name="place">Where its learners run; null: <see cref="FleetPlace.Default"/>.</param>
    /// <param name="memory">What they may take; null: what they need.</param>
    /// <param name="partition">Its partition: with replicas, which one it has.</param>
    /// <param name="watch">Sees what is learned, for people; null: nobody looks.</param>
    /// <exception cref="StateFormatException">The stored state does not fit the pipeline's settings.</exception>
    internal BucketState(
        PipelineDefinition pipeline, StoredBucket? stored = null, FleetPlace? place = null, LearnerMemory? memory = null, int partition = 0,
        BucketWatch? watch = null)
    {
        _pipeline = pipeline;
        _watch = watch;
        _memory = memory ?? LearnerMemory.Unlimited;
        _fleet = pipeline.Plan.CreateFleet(pipeline.MaxKeysOfBucket, place, partition);

        _questions = new BucketQuestions(pipeline, _fleet);

        // The batches that an ingest can have without having put their outputs out.
        _recent = new RecentAnswers((pipeline.Chunks.InFlight + 1) * pipeline.Chunks.BatchRecords);
        if (stored is not null)
        {
            try
            {
                Load(stored);
            }
            catch
            {
                _fleet.Dispose();
                throw;
            }
        }
    }

    /// <summary>Last offset that the state covers; -1: none.</summary>
    internal long LastApplied { get; private set; } = IngestProtocol.Nothing;

    /// <summary>Last offset that the stored state covers.</summary>
    internal long Persisted { get; private set; } = IngestProtocol.Nothing;

    /// <summary>The keys whose learners must come back from the store before a chunk is received.</summary>
    internal IReadOnlyList<byte[]> Lacking(Chunk chunk)
    {
        if (_fleet.PassiveKeys == 0)
        {
            return [];
        }

        var decision = BucketProtocol.Decide(LastApplied, chunk.Previous, chunk.Last, chunk.Examples.Offsets, _pipeline.Mutant);
        return decision.Verdict == BucketVerdict.Rewind ? [] : _fleet.PassiveAmong(chunk.Examples, decision.FirstRow);
    }

    /// <summary>The keys whose states an answer needs.</summary>
    internal IReadOnlyList<byte[]> Lacking(IBucketQuestion question) => _questions.Lacking(question);

    /// <summary>Gives keys their learners back.</summary>
    /// <exception cref="StateFormatException">A state does not fit the pipeline's settings.</exception>
    internal void Wake(IReadOnlyList<byte[]> keys, IReadOnlyList<byte[]> states)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            _fleet.Wake(keys[i], states[i]);
        }

        _memory.AddWoken(keys.Count);
    }

    /// <summary>Lets learners go that have been idle longest and are stored as they are, as long as the node's take too much memory.</summary>
    internal void MakeRoom()
    {
        Count();
        if (_memory.Excess is > 0 and var excess)
        {
            _fleet.Passivate(excess);
            Count();
        }
    }

    /// <summary>Whether, after <see cref="MakeRoom"/>, what it has learned is in the way of making more: true once between two checkpoints.</summary>
    internal bool WantsBarrier()
    {
        if (_hasWantedBarrier || _memory.Excess == 0 || _fleet.ResidentBytes == 0)
        {
            return false;
        }

        return _hasWantedBarrier = true;
    }

    /// <summary>It is not in memory any more: to be called once it is not needed, for learners may have native memory.</summary>
    internal void Leave()
    {
        _fleet.Dispose();
        Count((0, 0, 0));
    }

    private void Count() => Count((_fleet.ResidentBytes, _fleet.Keys - _fleet.PassiveKeys, _fleet.PassiveKeys));

    private void Count((long Bytes, int ResidentKeys, int PassiveKeys) now)
    {
        _memory.Change(now.Bytes - _counted.Bytes, now.ResidentKeys - _counted.ResidentKeys, now.PassiveKeys - _counted.PassiveKeys);
        _counted = now;
    }

    /// <summary>Applies what is new of a chunk and answers it.</summary>
    internal IBucketMessage Receive(Chunk chunk)
    {
        var examples = chunk.Examples;
        var decision = BucketProtocol.Decide(LastApplied, chunk.Previous, chunk.Last, examples.Offsets, _pipeline.Mutant);
        if (decision.Verdict == BucketVerdict.Rewind)
        {
            return new Rewind(chunk.Bucket, chunk.Epoch, LastApplied);
        }

        var firstKnown = _recent.FirstKnown(examples, decision.FirstRow);
        var predictions = Apply(examples, decision.FirstRow);
        var answer = WithRemembered(examples, firstKnown, decision.FirstRow, predictions);
        if (decision.Verdict == BucketVerdict.Apply)
        {
            LastApplied = chunk.Last;
            _recent.Add(examples.Offsets, decision.FirstRow, predictions);
            _watch?.See(examples, decision.FirstRow, predictions);
        }

        return new Ack(chunk.Bucket, chunk.Epoch, chunk.Last, LastApplied, firstKnown, answer);
    }

    /// <summary>What is to be stored now; <see cref="OnSaved"/> or <see cref="OnNotSaved"/> follows before the next is taken.</summary>
    internal BucketCheckpoint TakeCheckpoint(long coveredBefore) =>
        new(LastApplied, coveredBefore, SaveRest(), [.. _fleet.TakeChanges().Select(StateOf)]);

    internal void OnSaved(BucketCheckpoint checkpoint)
    {
        Persisted = checkpoint.LastApplied;
        _hasWantedBarrier = false;
    }

    internal void OnNotSaved(BucketCheckpoint checkpoint) => _fleet.ReturnChanges([.. checkpoint.Changed.Select(change => change.Key)]);

    internal BucketReport Report(GetBucketReport request) => (BucketReport)Answer(request, [], []);

    /// <summary>The answer to a question; nothing changes.</summary>
    /// <param name="question">The question.</param>
    /// <param name="keys">Those of <see cref="Lacking(IBucketQuestion)"/>.</param>
    /// <param name="states">Their states.</param>
    internal IBucketMessage Answer(IBucketQuestion question, IReadOnlyList<byte[]> keys, IReadOnlyList<byte[]> states) =>
        _questions.Answer(question, LastApplied, keys, states);

    /// <summary>Keys that somebody wants to see, as many of them as go in a message, and what has happened to any lately.</summary>
    internal FoundKeys Find(FindKeys request)
    {
        var found = _fleet.Find(request.Search with { Most = Math.Clamp(request.Search.Most, 0, PipelineReports.PageBytes / StandingBytes) });
        var (count, left) = (0, PipelineReports.PageBytes);
        while (count < found.Keys.Count && (left -= BytesOf(found.Keys[count])) >= 0)
        {
            count++;
        }

        return new FoundKeys(request.Bucket, _fleet.Keys, found.Matching, [.. found.Keys.Take(count)], _watch?.Events ?? []);
    }

    /// <summary>Its fleet, to be looked at.</summary>
    internal ILearnerFleet Fleet => _fleet;

    private static int BytesOf(KeyStanding standing) => StandingBytes + standing.Key.Length + (NumberBytes * standing.Numbers.Length);

    private KeyState StateOf(byte[] key)
    {
        if (!_fleet.Contains(key))
        {
            return new KeyState(key, null);
        }

        _buffer.ResetWrittenCount();
        _fleet.SaveKey(key, _buffer);
        _fleet.Saved(key, _buffer.WrittenCount);
        return new KeyState(key, _buffer.WrittenSpan.ToArray());
    }

    private byte[] SaveRest()
    {
        _buffer.ResetWrittenCount();
        var writer = new MessagePackWriter(_buffer);
        writer.WriteArrayHeader(StateFields);
        writer.Write(StateVersion);
        _origins.Save(ref writer);
        _fleet.SaveControls(ref writer);
        writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    private void Load(StoredBucket stored)
    {
        var reader = new MessagePackReader(stored.State);
        var fields = reader.ReadArrayHeader();
        var version = fields > 0 ? reader.ReadInt32() : -1;
        if (version != StateVersion || fields != StateFields)
        {
            throw new StateFormatException(
                $"Stored state of a bucket has version {version} with {fields} fields; expected {StateVersion} with {StateFields}.");
        }

        _origins.Load(ref reader);
        _fleet.LoadControls(ref reader);
        if (_memory.Limit == 0)
        {
            foreach (var key in stored.Keys)
            {
                _fleet.LoadKey(key.Key, key.State);
            }
        }
        else
        {
            LoadUsedLast(stored.Keys);
        }

        LastApplied = Persisted = stored.LastApplied;
        Count();
    }

    /// <summary>Loads the keys that were used last, as many as there is room for; the others stay where they are.</summary>
    private void LoadUsedLast(IReadOnlyList<KeyState> keys)
    {
        var byUse = keys.OrderBy(key => _fleet.LastUseOf(key.State)).ToList();
        var (first, room) = (byUse.Count, _memory.Room);
        while (first > 0 && byUse[first - 1].State!.Length <= room)
        {
            room -= byUse[--first].State!.Length;
        }

        for (var i = 0; i < byUse.Count; i++)
        {
            if (i < first)
            {
                _fleet.AddPassive(byUse[i].Key, byUse[i].State);
            }
            else
            {
                _fleet.LoadKey(byUse[i].Key, byUse[i].State);
            }
        }
    }

    private PredictionBatch Apply(ExampleBatch examples, int firstRow)
    {
        var predictions = PredictionBatch.Allocate(examples.Count - firstRow, _fleet.PredictionWidth);
        _fleet.Process(WithoutRepeats(examples, firstRow), firstRow, predictions);
        return predictions;
    }

    /// <summary>Marks the copies of records that have come before. Words of operators are heard as often as they come.</summary>
    private ExampleBatch WithoutRepeats(ExampleBatch examples, int firstRow)
    {
        ExampleKind[]? kinds = null;
        for (var row = firstRow; row < examples.OriginOffsets.Length; row++)
        {
            if (examples.Kinds[row] != ExampleKind.Control && examples.OriginSources[row] != EventOrigin.Requests
                && !_origins.IsNew(examples.OriginSources[row], examples.OriginPartitions[row], examples.OriginOffsets[row])
                && _pipeline.Mutant != ProtocolMutant.KeepRepeats)
            {
                // The ingest may still send the same arrays again.
                kinds ??= [.. examples.Kinds];
                kinds[row] = ExampleKind.Repeat;
            }
        }

        return kinds is null ? examples : examples.With(kinds);
    }

    /// <summary>Puts the remembered predictions on the rows from <paramref name="firstKnown"/> on before those on the new rows.</summary>
    private PredictionBatch WithRemembered(ExampleBatch examples, int firstKnown, int firstNew, PredictionBatch predictions)
    {
        if (firstKnown == firstNew)
        {
            return predictions;
        }

        var all = PredictionBatch.Allocate(examples.Count - firstKnown, _fleet.PredictionWidth);
        _recent.Copy(examples, firstKnown, firstNew, all);
        for (var row = 0; row < predictions.Count; row++)
        {
            all.CopyRow(predictions, row, row + firstNew - firstKnown);
        }

        return all;
    }
}
