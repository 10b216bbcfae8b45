using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Replay;

/// <summary>
/// A replay buffer of steps from any number of environments, as they come: a ring of segments in memory that the collector does not see. Windows of up to n steps are drawn from it, uniformly or
/// by priority, with a generator of the caller's. Single-threaded, deterministic; nothing is allocated once the ring is full.
/// </summary>
/// <remarks>
/// <para>A step is an observation with how it came about: the action and the reward before it, the number of steps back to the observation before it in its episode, whether the episode ends
/// with it. So a step never changes once it is there, and a full segment is stored once.</para>
/// <para>A window that begins at a step takes the n steps that follow in its episode; where the episode ends sooner, what there is. A step whose episode goes on but has no n steps yet begins no
/// window, nor does the last of an episode. When the ring is full its oldest segment goes.</para>
/// <para>Source: n-step returns as in DrQ-v2 (Yarats et al. 2022), which draws an episode and then a place in it, and no windows that end early; priorities as in Schaul et al., "Prioritized
/// experience replay", ICLR 2016, proportional, stratified.</para>
/// </remarks>
public sealed class StepReplay : IDisposable
{
    private const string Name = "step-replay";
    private const int Version = 1;
    private const int Fields = 8;
    private const int Draws = 64;
    private const int Scans = 4096;
    private const double SmallestPriority = 1e-6;

    private readonly StepShape _shape;
    private readonly ReplayOptions _options;
    private readonly int _segmentSteps;

    // Segment s, of the steps s * segmentSteps and after, lies at s modulo their number; null: it was not needed so far.
    private readonly StepBlock?[] _blocks;

    // For each place of the ring: steps to the next one of its episode; 0: none so far.
    private readonly int[] _next;
    private readonly PriorityTree? _priorities;
    private double _largestPriority = 1;

    /// <param name="shape">Of steps.</param>
    /// <param name="options">How many, and how windows are drawn.</param>
    /// <exception cref="Options.OptionException">A setting has a value that cannot be used.</exception>
    public StepReplay(StepShape shape, ReplayOptions options)
    {
        _options = options.Checked(shape.Checked(options.Path));
        _shape = shape;
        _segmentSteps = options.SegmentSteps(shape);
        _blocks = new StepBlock?[options.Segments(shape)];
        _next = new int[_blocks.Length * _segmentSteps];
        _priorities = options.Prioritized ? new PriorityTree(_next.Length) : null;
    }

    /// <summary>Of steps.</summary>
    public StepShape Shape => _shape;

    /// <summary>Number of the oldest step that it has.</summary>
    public long First { get; private set; }

    /// <summary>Number of the step that comes next: steps so far.</summary>
    public long End { get; private set; }

    /// <summary>Steps that it has.</summary>
    public int Count => (int)(End - First);

    /// <summary>Steps of a segment.</summary>
    public int SegmentSteps => _segmentSteps;

    /// <summary>The oldest segment that is full and still there.</summary>
    public long FirstSegment => First / _segmentSteps;

    /// <summary>The segment after the newest full one: what comes next is in it.</summary>
    public long EndSegment => End / _segmentSteps;

    /// <summary>Windows that it has.</summary>
    public int Windows { get; private set; }

    /// <summary>Bytes that it has taken so far.</summary>
    public long Bytes => (_blocks.Count(block => block is not null) * (long)_segmentSteps * _shape.StepBytes) + ((long)_next.Length * sizeof(int));

    /// <summary>Whether the step is there.</summary>
    public bool Has(long step) => step >= First && step < End;

    /// <summary>Adds a step with an observation of numbers.</summary>
    /// <param name="observation">What was seen, finite.</param>
    /// <param name="action">[actions], finite: what was done before it; whatever it is for the first step of an episode.</param>
    /// <param name="reward">Finite: what came of it; whatever it is for the first step of an episode.</param>
    /// <param name="previous">The step before it in its episode; negative: it is the first. One that has gone from the buffer counts as none.</param>
    /// <param name="end">Whether the episode ends with it.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">A length is wrong, a number is not finite, or the step before it has another after it. Nothing has changed.</exception>
    public long Append(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, float reward, long previous, StepEnd end)
    {
        Require(pixels: false);
        Shapes.RequireFinite(nameof(observation), observation);
        return Add(MemoryMarshal.AsBytes(observation), action, reward, previous, end);
    }

    /// <summary>Adds a step with a picture.</summary>
    /// <inheritdoc cref="Append(ReadOnlySpan{float}, ReadOnlySpan{float}, float, long, StepEnd)"/>
    public long Append(ReadOnlySpan<byte> observation, ReadOnlySpan<float> action, float reward, long previous, StepEnd end)
    {
        Require(pixels: true);
        return Add(observation, action, reward, previous, end);
    }

    /// <summary>Draws windows.</summary>
    /// <param name="batch">Receives them.</param>
    /// <param name="random">Chance.</param>
    /// <returns>Whether there are any; if not, the batch is as it was.</returns>
    public bool TrySample(ReplayBatch batch, Xoshiro256 random)
    {
        if (batch.Shape != _shape)
        {
            throw new ArgumentException($"A batch of {batch.Shape}; expected {_shape}.", nameof(batch));
        }

        if (Windows == 0)
        {
            return false;
        }

        var largest = 0.0;
        for (var row = 0; row < batch.Rows; row++)
        {
            var start = _priorities is null ? DrawAlike(random) : DrawByPriority(row, batch.Rows, random);
            if (start < 0)
            {
                return false;
            }

            Take(start, batch, row);
            largest = Math.Max(largest, batch.Weights[row]);
        }

        if (_priorities is not null)
        {
            foreach (ref var weight in batch.Weights.AsSpan())
            {
                weight /= (float)largest;
            }
        }

        return true;
    }

    /// <summary>Takes over how surprising the windows of a batch were; nothing where windows are drawn alike.</summary>
    public void Reprioritize(ReplayBatch batch)
    {
        if (_priorities is null)
        {
            return;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            var surprise = batch.Surprises[row];
            if (Has(batch.Starts[row]) && float.IsFinite(surprise))
            {
                var priority = Math.Pow(surprise + SmallestPriority, _options.PriorityExponent);
                _priorities[Place(batch.Starts[row])] = priority;
                _largestPriority = Math.Max(_largestPriority, priority);
            }
        }
    }

    /// <summary>The stack of pictures that ends with a step, the newest last; before an episode's first step its first picture.</summary>
    /// <param name="step">The step.</param>
    /// <param name="pictures">[stack, picture], written.</param>
    public void CopyStack(long step, Span<byte> pictures)
    {
        var size = _shape.ObservationBytes;
        for (var picture = _shape.Stack - 1; picture >= 0; picture--)
        {
            BlockOf(step).Observation(Inner(step)).CopyTo(pictures[(picture * size)..]);
            step = Previous(step) is >= 0 and var previous ? previous : step;
        }
    }

    /// <summary>Writes a segment that is full and there.</summary>
    public void SaveSegment(long segment, ref MessagePackWriter writer) => Full(segment).Save(ref writer);

    /// <summary>SHA-256 of such a segment.</summary>
    public ReadOnlySpan<byte> DigestOf(long segment) => Full(segment).Digest;

    /// <summary>Writes everything but the full segments, of which it has the digests.</summary>
    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(_shape.ToString());
        writer.Write(_segmentSteps);
        writer.Write(First);
        writer.Write(End);
        writer.WriteArrayHeader((int)(EndSegment - FirstSegment));
        for (var segment = FirstSegment; segment < EndSegment; segment++)
        {
            writer.WriteBinHeader(DigestOf(segment).Length);
            writer.WriteRaw(DigestOf(segment));
        }

        if (End % _segmentSteps == 0)
        {
            writer.WriteNil();
        }
        else
        {
            _blocks[Block(End)]!.Save(ref writer);
        }

        writer.Write(_largestPriority);
        var priorities = new double[_priorities is null ? 0 : Count];
        for (var i = 0; i < priorities.Length; i++)
        {
            priorities[i] = _priorities![Place(First + i)];
        }

        writer.WriteDoubles(priorities);
    }

    /// <summary>Takes over what <see cref="Save"/> has written; to be called of a new buffer.</summary>
    /// <param name="reader">Where it is.</param>
    /// <param name="segments">Gives what <see cref="SaveSegment"/> wrote of a segment.</param>
    /// <exception cref="StateFormatException">It is of another shape or other settings, or damaged.</exception>
    internal void Load(ref MessagePackReader reader, Func<long, ReadOnlyMemory<byte>> segments)
    {
        reader.ReadHeader(Name, Version, Fields);
        var shape = reader.ReadString();
        var segmentSteps = reader.ReadInt32();
        if (shape != _shape.ToString() || segmentSteps != _segmentSteps)
        {
            throw new StateFormatException(
                $"Stored state has steps of {shape}, {segmentSteps} in a segment; expected {_shape}, {_segmentSteps} in a segment: the learner's settings have changed.");
        }

        var (first, end) = (reader.ReadInt64(), reader.ReadInt64());
        StateFormat.Require(
            first >= 0 && end >= first && first % _segmentSteps == 0 && (end / _segmentSteps) - (first / _segmentSteps) <= _blocks.Length - (end % _segmentSteps == 0 ? 0 : 1),
            "a replay buffer has more steps than it has room for");
        (First, End) = (first, first);
        reader.ReadLength((int)((end / _segmentSteps) - FirstSegment));
        for (var segment = FirstSegment; segment < end / _segmentSteps; segment++)
        {
            var digest = reader.ReadBytes() ?? default;
            var block = Fresh(segment * _segmentSteps);
            var stored = new MessagePackReader(segments(segment));
            block.Load(ref stored);
            StateFormat.Require(stored.End && block.Count == _segmentSteps, "a segment is not full");
            StateFormat.Require(digest.Length == block.Digest.Length && digest.FirstSpan.SequenceEqual(block.Digest), "a segment is not the one that was stored");
        }

        if (!reader.TryReadNil())
        {
            var block = Fresh(end);
            block.Load(ref reader);
            StateFormat.Require(block.Count == end % _segmentSteps, "the last segment has another number of steps");
        }
        else
        {
            StateFormat.Require(end % _segmentSteps == 0, "the last segment is missing");
        }

        while (End < end)
        {
            var step = End++;
            var distance = BlockOf(step).Distance(Inner(step));
            var previous = step - distance;
            StateFormat.Require(distance == 0 || previous >= 0, "a step follows one that never was");
            var follows = distance > 0 && previous >= First;
            StateFormat.Require(!follows || (_next[Place(previous)] == 0 && EndOf(previous) == StepEnd.None), "two steps follow the same one");
            Link(step, follows ? previous : -1);
        }

        _largestPriority = reader.ReadFinite();
        StateFormat.Require(_largestPriority > 0, "a priority is not above 0");
        var priorities = new double[_priorities is null ? 0 : Count];
        reader.ReadDoubles(priorities);
        for (var i = 0; i < priorities.Length; i++)
        {
            StateFormat.Require(priorities[i] >= 0, "a priority is below 0");
            _priorities![Place(First + i)] = priorities[i];
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            block?.Dispose();
        }
    }

    private void Require(bool pixels)
    {
        if (pixels != _shape.Pixels)
        {
            throw new ArgumentException($"A step with {(pixels ? "a picture" : "numbers")}; expected {_shape}.");
        }
    }

    private long Add(ReadOnlySpan<byte> observation, ReadOnlySpan<float> action, float reward, long previous, StepEnd end)
    {
        Shapes.Require(nameof(observation), observation.Length, _shape.ObservationBytes);
        Shapes.Require(nameof(action), action.Length, _shape.Actions);
        Shapes.RequireFinite(nameof(action), action);
        Shapes.RequireFinite(nameof(reward), [reward]);
        var follows = previous >= 0 && Has(previous);
        if (previous >= End || (follows && (_next[Place(previous)] != 0 || EndOf(previous) != StepEnd.None)))
        {
            throw new ArgumentException($"A step is to follow step {previous} of {End}; expected one without a step after it whose episode goes on.", nameof(previous));
        }

        var step = End;
        MakeRoom(step);
        follows = follows && Has(previous);
        BlockOf(step).Append(observation, action, reward, follows ? (uint)(step - previous) : 0, end);
        End++;
        Link(step, follows ? previous : -1);
        return step;
    }

    private int Place(long step) => (int)(step % _next.Length);

    private int Block(long step) => (int)(step / _segmentSteps % _blocks.Length);

    private int Inner(long step) => (int)(step % _segmentSteps);

    private StepBlock BlockOf(long step) => _blocks[Block(step)]!;

    private StepEnd EndOf(long step) => BlockOf(step).End(Inner(step));

    private StepBlock Full(long segment) => segment >= FirstSegment && segment < EndSegment
        ? _blocks[(int)(segment % _blocks.Length)]!
        : throw new ArgumentOutOfRangeException(nameof(segment), segment, $"Segment {segment} is not there; expected from {FirstSegment} to {EndSegment - 1}.");

    /// <summary>The step before one in its episode; -1: there is none, or it has gone.</summary>
    private long Previous(long step) => BlockOf(step).Distance(Inner(step)) is > 0 and var distance && step - distance >= First ? step - distance : -1;

    /// <summary>The block of a new segment, with the memory of one that has gone where there is such.</summary>
    private StepBlock Fresh(long step)
    {
        var block = _blocks[Block(step)] ??= new StepBlock(_shape, _segmentSteps);
        block.Clear();
        return block;
    }

    /// <summary>Room for a step: where it begins a segment and the ring is full, the oldest segment goes.</summary>
    private void MakeRoom(long step)
    {
        if (Inner(step) != 0)
        {
            return;
        }

        if (step - First == _next.Length)
        {
            for (var i = 0; i < _segmentSteps; i++)
            {
                Windows -= IsWindow(First) ? 1 : 0;
                if (_priorities is not null)
                {
                    _priorities[Place(First)] = 0;
                }

                _next[Place(First)] = 0;
                First++;
            }
        }

        Fresh(step);
    }

    /// <summary>Notes that a step follows another, and the windows that are complete with it.</summary>
    private void Link(long step, long previous)
    {
        _next[Place(step)] = 0;
        if (previous < 0)
        {
            return;
        }

        _next[Place(previous)] = (int)(step - previous);
        var ends = EndOf(step) != StepEnd.None;
        for (var (start, steps) = (previous, 1); start >= 0 && steps <= _options.Steps; start = Previous(start), steps++)
        {
            if (ends || steps == _options.Steps)
            {
                Windows++;
                if (_priorities is not null)
                {
                    _priorities[Place(start)] = _largestPriority;
                }
            }
        }
    }

    /// <summary>Whether a window begins with a step.</summary>
    private bool IsWindow(long start)
    {
        var step = start;
        for (var steps = 0; steps < _options.Steps; steps++)
        {
            var distance = _next[Place(step)];
            if (distance == 0)
            {
                return steps > 0 && EndOf(step) != StepEnd.None;
            }

            step += distance;
        }

        return true;
    }

    /// <summary>Whether the pictures before a step are there, or never were.</summary>
    private bool HasStack(long step)
    {
        for (var picture = 1; picture < _shape.Stack; picture++)
        {
            var distance = BlockOf(step).Distance(Inner(step));
            if (distance == 0)
            {
                return true;
            }

            step -= distance;
            if (step < First)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A step that begins a window, all alike; -1: none was found.</summary>
    private long DrawAlike(Xoshiro256 random)
    {
        var step = First;
        for (var draw = 0; draw < Draws; draw++)
        {
            step = First + (long)(random.NextDouble() * Count);
            if (IsWindow(step) && HasStack(step))
            {
                return step;
            }
        }

        // Few steps begin one: the next that does, from where the last draw has been.
        for (var scan = Math.Min(Scans, Count); scan > 0; scan--, step = step + 1 < End ? step + 1 : First)
        {
            if (IsWindow(step) && HasStack(step))
            {
                return step;
            }
        }

        return -1;
    }

    /// <summary>The same by priority, from a stratum of the total.</summary>
    private long DrawByPriority(int stratum, int strata, Xoshiro256 random)
    {
        for (var draw = 0; draw < Draws && _priorities!.Total > 0; draw++)
        {
            var place = _priorities.Find((stratum + random.NextDouble()) / strata);
            var step = First + (((place - Place(First)) + _next.Length) % _next.Length);
            if (HasStack(step))
            {
                return step;
            }

            // The pictures before it have gone for ever.
            _priorities[place] = 0;
        }

        return -1;
    }

    /// <summary>Copies the window that begins with a step into a row.</summary>
    private void Take(long start, ReplayBatch batch, int row)
    {
        batch.Starts[row] = start;
        var first = start + _next[Place(start)];
        BlockOf(first).Action(Inner(first)).CopyTo(batch.Actions.AsSpan(row * _shape.Actions));
        var (sum, discount) = (0.0, 1.0);
        var step = start;
        for (var steps = 0; steps < _options.Steps && _next[Place(step)] is not 0 and var distance; steps++)
        {
            step += distance;
            sum += discount * BlockOf(step).Reward(Inner(step));
            discount *= _options.Discount;
        }

        batch.Returns[row] = (float)sum;
        batch.Discounts[row] = EndOf(step) == StepEnd.Terminal ? 0 : (float)discount;
        batch.Weights[row] = _priorities is null ? 1 : (float)Math.Pow(Windows * _priorities[Place(start)] / _priorities.Total, -_options.CorrectionExponent);
        if (_shape.Pixels)
        {
            CopyStack(start, batch.Pictures.AsSpan(row * _shape.Seen, _shape.Seen));
            CopyStack(step, batch.NextPictures.AsSpan(row * _shape.Seen, _shape.Seen));
        }
        else
        {
            BlockOf(start).Observation(Inner(start)).CopyTo(MemoryMarshal.AsBytes(batch.Observations.AsSpan(row * _shape.Observation)));
            BlockOf(step).Observation(Inner(step)).CopyTo(MemoryMarshal.AsBytes(batch.NextObservations.AsSpan(row * _shape.Observation)));
        }
    }
}
