using System.Buffers;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Averaging;

/// <summary>
/// What a replica keeps of one slice: the anchor A, which is the start and all averages since, the same bits in all replicas after the same average; and
/// what it has contributed and is in no average yet, s₁ and s₂. Its reference r = A + s₁ + s₂ is what the others will know of it; θ - r is what they do not.
/// </summary>
/// <remarks>
/// <para>A contribution is s = C(θ - r), and s joins r: what C leaves out stays in θ - r and is sent later (error feedback). An average D with the own
/// contribution s₁ in it makes A + D of A and takes s₁ away; without, it makes A + D of A. Either way θ moves as r does, by D - s₁ or D.</para>
/// <para>Each contribution counts once, whatever the log of contributions repeats. The sequences of a replica in the averages only go up (an average that
/// repeats one is refused by all replicas alike, since they have seen the same averages before it), so none is counted twice. None is lost: one is given up
/// only when a later one of the same replica has been counted, or its average was refused; its numbers are then in θ - r again, for the next.</para>
/// </remarks>
internal sealed class SliceExchange
{
    /// <summary>Contributions that may wait for their averages.</summary>
    internal const int MostOutstanding = 2;

    private const string Format = "slice-exchange";
    private const int Version = 1;
    private const int Fields = 7;

    // Twice what parameters may differ by; codecs take as much again.
    private const float MostChange = PartCodec.Largest / 2;

    private readonly int _index;
    private readonly ParameterSlice _slice;
    private readonly float[] _anchor;
    private readonly List<(long Sequence, float[] Sent)> _outstanding = new(MostOutstanding);

    // By replica: the sequence of its last contribution that was counted.
    private readonly SortedDictionary<int, long> _counted = [];
    private long _sequence;
    private long _contributedAt;
    private long _lastAverage = ReplicaAverage.None;
    private byte[] _levels = [];

    internal SliceExchange(int index, ParameterSlice slice, ReadOnlySpan<float> start)
    {
        _index = index;
        _slice = slice;
        _anchor = start.Slice(slice.Range.Offset, slice.Range.Length).ToArray();
    }

    /// <summary>Whether one more contribution may wait.</summary>
    internal bool CanContribute => _outstanding.Count < MostOutstanding;

    /// <summary>A.</summary>
    internal ReadOnlySpan<float> Anchor => _anchor;

    /// <summary>Contributions that wait for their averages.</summary>
    internal int Outstanding => _outstanding.Count;

    /// <summary>Fills r.</summary>
    internal void FillReference(Span<float> reference)
    {
        _anchor.CopyTo(reference);
        foreach (var (_, sent) in _outstanding)
        {
            for (var i = 0; i < sent.Length; i++)
            {
                reference[i] += sent[i];
            }
        }
    }

    /// <summary>Contributes what has changed.</summary>
    /// <param name="replica">Whose it is.</param>
    /// <param name="learned">Records that the replica has learned so far.</param>
    /// <param name="learner">The replica.</param>
    /// <param name="options">How.</param>
    /// <param name="room">Workspace.</param>
    /// <returns>The contribution, written.</returns>
    internal byte[] Contribute(int replica, long learned, IAveragedLearner learner, ReplicaOptions options, ExchangeWorkspace room)
    {
        var parameters = Of(learner.Parameters);
        var reference = room.From.AsSpan(0, parameters.Length);
        var changes = room.Changes.AsSpan(0, parameters.Length);
        FillReference(reference);
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = Math.Clamp(parameters[i] - reference[i], -MostChange, MostChange);
        }

        if (_sequence % options.AdjustEvery == 0 || _levels.Length == 0)
        {
            _levels = LevelChoice.Choose(options, _slice, changes, room.Codec);
        }

        _sequence++;
        var bytes = Contribution.Encode((replica, _index, _sequence, learned - _contributedAt), changes, _slice, _levels, room.Codec);
        _contributedAt = learned;

        // What the others will read, not what was meant.
        _outstanding.Add((_sequence, Contribution.TryDecode(bytes, room.Codec)!.Values));
        if (options.Compression == ReplicaCompression.None)
        {
            // Nothing is left out but the rounding of θ - r and r + s. The replica takes it too, so that all have the same bits in the end.
            parameters.CopyTo(reference);
            var to = room.To.AsSpan(0, parameters.Length);
            FillReference(to);
            learner.Move(_slice.Range.Offset, reference, to);
        }

        return bytes;
    }

    /// <summary>Takes an average of this slice.</summary>
    /// <exception cref="ReplicaLogException">It does not follow the one before, or has a contribution in it that this replica has not made.</exception>
    internal AverageOutcome Apply(ReplicaAverage average, int replica, IAveragedLearner learner, ExchangeWorkspace room)
    {
        if (average.Previous != _lastAverage)
        {
            throw new ReplicaLogException(
                $"Average {average.Sequence} of slice {_index} follows average {average.Previous}, but the last one at replica {replica} was {_lastAverage}: "
                + "averages in between are missing from its log. Expected a log with all of them, from its first record on.");
        }

        var own = OwnSequence(average, replica);
        if (own > _sequence)
        {
            throw new ReplicaLogException(
                $"Average {average.Sequence} of slice {_index} has contribution {own} of replica {replica}, which has made {_sequence} only: "
                + "another log has been learned under this name. Expected a pipeline with topics of its own.");
        }

        _lastAverage = average.Sequence;
        var isNew = true;
        foreach (var member in average.Members)
        {
            // Those of a refused average are done with too: who has one waiting takes it back now.
            var counted = _counted.GetValueOrDefault(member.Replica);
            isNew &= member.Sequence > counted;
            _counted[member.Replica] = Math.Max(counted, member.Sequence);
        }

        if (!isNew)
        {
            _outstanding.RemoveAll(sent => sent.Sequence <= own);
            return AverageOutcome.CountedBefore;
        }

        // Sequences go up: one before the own one in the average will not come any more. It is taken back before anything moves.
        _outstanding.RemoveAll(sent => sent.Sequence < own);
        var from = room.From.AsSpan(0, _anchor.Length);
        var to = room.To.AsSpan(0, _anchor.Length);
        FillReference(from);
        for (var i = 0; i < _anchor.Length; i++)
        {
            _anchor[i] = Math.Clamp(_anchor[i] + average.Values[i], -ParameterMove.Largest, ParameterMove.Largest);
        }

        _outstanding.RemoveAll(sent => sent.Sequence == own);
        FillReference(to);
        learner.Move(_slice.Range.Offset, from, to);
        return AverageOutcome.Applied;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, Version, Fields);
        writer.WriteFloats(_anchor);
        writer.Write(_sequence);
        writer.Write(_contributedAt);
        writer.Write(_lastAverage);
        writer.Write(_levels);
        writer.WriteArrayHeader(_outstanding.Count);
        foreach (var (sequence, sent) in _outstanding)
        {
            writer.Write(sequence);
            writer.WriteFloats(sent);
        }

        writer.WriteArrayHeader(_counted.Count);
        foreach (var (replica, sequence) in _counted)
        {
            writer.Write(replica);
            writer.Write(sequence);
        }
    }

    internal void Load(ref MessagePackReader reader, long learned)
    {
        reader.ReadHeader(Format, Version, Fields);
        reader.ReadFloats(_anchor);
        _sequence = reader.ReadInt64();
        _contributedAt = reader.ReadInt64();
        _lastAverage = reader.ReadInt64();
        _levels = reader.ReadBytes() is { } bytes ? bytes.ToArray() : [];
        StateFormat.Require(
            _sequence >= 0 && _contributedAt >= 0 && _contributedAt <= learned && _lastAverage >= ReplicaAverage.None,
            "the counts of a slice contradict each other");
        StateFormat.Require(
            (_levels.Length == 0 && _sequence == 0) || _levels.Length == _slice.Parts.Length, "a slice has levels for other parts");
        StateFormat.Require(!_levels.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)(CompressionLevel.Count - 1)), "a level is none");
        _outstanding.Clear();
        var waiting = reader.ReadArrayHeader();
        StateFormat.Require(waiting is >= 0 and <= MostOutstanding, "more contributions wait than may");
        for (var i = 0; i < waiting; i++)
        {
            var sequence = reader.ReadInt64();
            StateFormat.Require(
                sequence >= 1 && sequence <= _sequence && (i == 0 || sequence > _outstanding[^1].Sequence), "contributions that wait are not in order");
            var sent = new float[_anchor.Length];
            reader.ReadFloats(sent);
            _outstanding.Add((sequence, sent));
        }

        _counted.Clear();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            var (replica, sequence) = (reader.ReadInt32(), reader.ReadInt64());
            StateFormat.Require(replica >= 0 && sequence >= 1 && _counted.TryAdd(replica, sequence), "a replica was counted twice");
        }
    }

    private ReadOnlySpan<float> Of(ReadOnlySpan<float> flat) => flat.Slice(_slice.Range.Offset, _slice.Range.Length);

    private static long OwnSequence(ReplicaAverage average, int replica)
    {
        foreach (var member in average.Members)
        {
            if (member.Replica == replica)
            {
                return member.Sequence;
            }
        }

        return 0;
    }
}
