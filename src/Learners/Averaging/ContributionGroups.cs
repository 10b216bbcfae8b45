using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Averaging;

/// <summary>
/// Makes averages of the contributions in one log. A group of a slice is closed by the first contribution of a replica that is in it already, which opens the
/// next, or as soon as all replicas are in it: a replica without records holds nobody up. A function of the log alone: whoever reads it from its start, or
/// from a state that was saved, makes the same averages, bit for bit, at the same offsets.
/// </summary>
/// <remarks>
/// <para>The log repeats contributions (whoever learns records again writes them again), but never in another order than their sequences' first time: one that
/// is not above the last of its replica and slice is passed over.</para>
/// <para>The saved state says for each slice what was counted in groups that are closed, and where its open group begins; numbers are not saved, for the log
/// has them. Reading begins again at the first of these places (<see cref="From"/>), and each slice takes nothing from before its own.</para>
/// </remarks>
public sealed class ContributionGroups
{
    private const string Format = "contribution-groups";
    private const int Version = 1;
    private const int Fields = 3;
    private const int SliceFields = 4;

    private readonly int _replicas;
    private readonly PartCodec _codec = new();
    private readonly SortedDictionary<int, Slice> _slices = [];

    /// <param name="replicas">How many there are.</param>
    public ContributionGroups(int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        _replicas = replicas;
    }

    /// <summary>Offset after the last record that was taken in.</summary>
    public long Next { get; private set; }

    /// <summary>Where whoever takes the state over begins to read.</summary>
    public long From => _slices.Values.Where(slice => slice.HasPlace).Select(slice => slice.Begins).Append(Next).Min();

    /// <summary>Contributions that were passed over because they had come before.</summary>
    public long Repeated { get; private set; }

    /// <summary>Records that were no contributions of this model.</summary>
    public long Unusable { get; private set; }

    /// <summary>Takes in the next record of the log.</summary>
    /// <returns>The average of the group that it closes; null: it closes none.</returns>
    public ReplicaAverage? Add(long offset, ReadOnlySpan<byte> record)
    {
        var resumed = Next;
        Next = Math.Max(Next, offset + 1);
        if (Contribution.TryDecode(record, _codec) is not { } contribution || contribution.Replica >= _replicas)
        {
            Unusable++;
            return null;
        }

        if (!_slices.TryGetValue(contribution.Slice, out var slice))
        {
            slice = new Slice();
            _slices.Add(contribution.Slice, slice);
        }

        // Of a slice without an open group nothing is to be read again.
        if (offset < (slice.HasPlace ? slice.Begins : resumed))
        {
            return null;
        }

        slice.IsToRead = false;
        if (contribution.Sequence <= slice.Last(contribution.Replica))
        {
            Repeated++;
            return null;
        }

        if (slice.Group.Count > 0 && slice.Group.Values[0].Values.Length != contribution.Values.Length)
        {
            Unusable++;
            return null;
        }

        ReplicaAverage? average = null;
        if (slice.Group.ContainsKey(contribution.Replica))
        {
            average = slice.Close(contribution.Slice, offset);
        }

        if (slice.Group.Count == 0)
        {
            slice.Begins = offset;
        }

        slice.Group.Add(contribution.Replica, contribution);
        return slice.Group.Count == _replicas ? slice.Close(contribution.Slice, offset) : average;
    }

    /// <summary>Tells that the log is read up to an offset: what lies between the last record and there is none.</summary>
    public void ReadUpTo(long next) => Next = Math.Max(Next, next);

    /// <summary>Writes what is needed to go on from <see cref="From"/>.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, Version, Fields);
        writer.Write(_replicas);
        writer.Write(Next);
        writer.WriteArrayHeader(_slices.Count);
        foreach (var (index, slice) in _slices)
        {
            writer.WriteArrayHeader(SliceFields);
            writer.Write(index);
            writer.Write(slice.HasPlace ? slice.Begins : Next);
            writer.Write(slice.LastAverage);
            writer.WriteArrayHeader(2 * slice.Counted.Count);
            foreach (var (replica, sequence) in slice.Counted)
            {
                writer.Write(replica);
                writer.Write(sequence);
            }
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote. The log is to be read from <see cref="From"/> on then.</summary>
    /// <exception cref="StateFormatException">The state is of another number of replicas or version, or damaged.</exception>
    public void Load(ref MessagePackReader reader)
    {
        try
        {
            reader.ReadHeader(Format, Version, Fields);
            var replicas = reader.ReadInt32();
            if (replicas != _replicas)
            {
                throw new StateFormatException($"Stored state is of {replicas} replicas; expected {_replicas}.");
            }

            Next = reader.ReadInt64();
            StateFormat.Require(Next >= 0, "the log is read up to no offset");
            _slices.Clear();
            for (var left = reader.ReadArrayHeader(); left > 0; left--)
            {
                LoadSlice(ref reader);
            }
        }
        catch (Exception damage) when (StateFormat.IsDamage(damage))
        {
            throw new StateFormatException($"Stored state is damaged: {damage.Message}");
        }
    }

    private void LoadSlice(ref MessagePackReader reader)
    {
        reader.ReadLength(SliceFields);
        var index = reader.ReadInt32();
        var slice = new Slice { Begins = reader.ReadInt64(), LastAverage = reader.ReadInt64() };
        StateFormat.Require(
            index >= 0 && slice.Begins >= 0 && slice.Begins <= Next && slice.LastAverage >= ReplicaAverage.None && slice.LastAverage <= slice.Begins,
            "the places of a slice contradict each other");
        var numbers = reader.ReadArrayHeader();
        StateFormat.Require(numbers % 2 == 0, "a replica is cut off");
        for (var i = 0; i < numbers / 2; i++)
        {
            var (replica, sequence) = (reader.ReadInt32(), reader.ReadInt64());
            StateFormat.Require(
                replica >= 0 && replica < _replicas && sequence >= 1 && slice.Counted.TryAdd(replica, sequence), "a replica was counted twice");
        }

        slice.IsToRead = true;
        StateFormat.Require(_slices.TryAdd(index, slice), "a slice comes twice");
    }

    private sealed class Slice
    {
        // By replica, in their order.
        internal SortedList<int, Contribution> Group { get; } = [];

        /// <summary>By replica, the last sequence in a closed group.</summary>
        internal SortedDictionary<int, long> Counted { get; } = [];

        /// <summary>Where the open group begins; after a load, where the slice goes on.</summary>
        internal long Begins { get; set; }

        /// <summary>Whether the state was loaded and nothing has been taken in since.</summary>
        internal bool IsToRead { get; set; }

        /// <summary>Whether reading begins again at a place of its own, not where the log is read up to.</summary>
        internal bool HasPlace => Group.Count > 0 || IsToRead;

        internal long LastAverage { get; set; } = ReplicaAverage.None;

        internal long Last(int replica) => Group.TryGetValue(replica, out var open) ? open.Sequence : Counted.GetValueOrDefault(replica);

        /// <summary>Closes the group: D = Σ wₚ sentₚ in double precision, replica by replica.</summary>
        internal ReplicaAverage Close(int index, long offset)
        {
            var records = Group.Values.Sum(contribution => (double)contribution.Records);
            var sums = new double[Group.Values[0].Values.Length];
            foreach (var contribution in Group.Values)
            {
                var weight = contribution.Records / records;
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += weight * contribution.Values[i];
                }

                Counted[contribution.Replica] = contribution.Sequence;
            }

            var average = new ReplicaAverage(
                index, offset, LastAverage, [.. Group.Values.Select(contribution => new AverageMember(contribution.Replica, contribution.Sequence))],
                Array.ConvertAll(sums, sum => (float)sum));
            LastAverage = offset;
            Group.Clear();
            return average;
        }
    }
}
