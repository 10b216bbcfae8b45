using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Actors.Protocol;

/// <summary>
/// Which copies a bucket has seen. The copier repeats itself after a crash, but it copies each partition of a source in order: a copy that
/// is not above the last offset seen from there is a repeat. Pure; part of the bucket's state.
/// </summary>
public sealed class OriginFilter
{
    private const string StateName = "origins";
    private const int StateVersion = 1;
    private const int StateFields = 1;
    private const int EntryFields = 3;

    private readonly SortedDictionary<(byte Source, int Partition), long> _last = [];

    /// <summary>Whether a copy has not come before; if so, it has now.</summary>
    /// <param name="source">The source of its record.</param>
    /// <param name="partition">The partition there.</param>
    /// <param name="offset">The offset there.</param>
    public bool IsNew(byte source, int partition, long offset)
    {
        if (_last.TryGetValue((source, partition), out var last) && offset <= last)
        {
            return false;
        }

        _last[(source, partition)] = offset;
        return true;
    }

    /// <summary>Writes the state: the same copies seen give the same bytes, in whatever order the partitions came.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(StateName, StateVersion, StateFields);
        writer.WriteArrayHeader(_last.Count * EntryFields);
        foreach (var ((source, partition), offset) in _last)
        {
            writer.Write(source);
            writer.Write(partition);
            writer.Write(offset);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote. Unchanged where that is refused.</summary>
    /// <exception cref="StateFormatException">The state is of another version, or damaged.</exception>
    public void Load(ref MessagePackReader reader)
    {
        var loaded = new List<((byte Source, int Partition) Place, long Offset)>();
        try
        {
            reader.ReadHeader(StateName, StateVersion, StateFields);
            var numbers = reader.ReadArrayHeader();
            StateFormat.Require(numbers % EntryFields == 0, "an origin is cut off");
            for (var left = numbers / EntryFields; left > 0; left--)
            {
                var place = (reader.ReadByte(), reader.ReadInt32());
                var offset = reader.ReadInt64();
                StateFormat.Require(place.Item2 >= 0 && offset >= 0, "an origin is at no partition or offset");
                StateFormat.Require(loaded.Count == 0 || loaded[^1].Place.CompareTo(place) < 0, "origins are not in order");
                loaded.Add((place, offset));
            }
        }
        catch (Exception damage) when (StateFormat.IsDamage(damage))
        {
            throw new StateFormatException($"Stored state is damaged: {damage.Message}");
        }

        _last.Clear();
        loaded.ForEach(entry => _last.Add(entry.Place, entry.Offset));
    }
}
