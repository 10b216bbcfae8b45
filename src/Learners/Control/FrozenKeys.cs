using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Control;

/// <summary>
/// Which keys of a bucket learn no more. What was said last of a key counts, whether of it alone or of all: a word to all makes those to single keys void. A key need
/// not be there yet. Part of the bucket's state.
/// </summary>
internal sealed class FrozenKeys
{
    /// <summary>Keys of a bucket that may be otherwise than the rest: what is stored with each checkpoint stays small.</summary>
    internal const int MostExceptions = 1000;

    private const string Format = "frozen-keys";
    private const int Version = 1;
    private const int Fields = 2;

    private readonly HashSet<byte[]> _exceptions = new(Utf8KeyComparer.Instance);
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private bool _all;

    internal FrozenKeys() => _lookup = _exceptions.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Whether a key learns no more.</summary>
    internal bool Contains(ReadOnlySpan<byte> key) => _exceptions.Count == 0 ? _all : _all ^ _lookup.Contains(key);

    /// <summary>Does what is asked of a key, or of all.</summary>
    /// <returns>Whether it could: <see cref="MostExceptions"/> keys are otherwise than the rest already.</returns>
    internal bool TryApply(ControlRecord control, ReadOnlySpan<byte> key)
    {
        var freezes = control.Verb == ControlVerb.Freeze;
        if (control.Scope == ControlScope.Pipeline)
        {
            _all = freezes;
            _exceptions.Clear();
            return true;
        }

        if (freezes == _all)
        {
            _lookup.Remove(key);
            return true;
        }

        return _lookup.Contains(key) || (_exceptions.Count < MostExceptions && _lookup.Add(key));
    }

    /// <summary>Writes the state: the same words heard give the same bytes.</summary>
    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, Version, Fields);
        writer.Write(_all);
        byte[][] exceptions = [.. _exceptions];
        Array.Sort(exceptions, Utf8KeyComparer.Instance);
        writer.WriteArrayHeader(exceptions.Length);
        foreach (var key in exceptions)
        {
            writer.Write(key);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote. Unchanged where that is refused.</summary>
    /// <exception cref="StateFormatException">The state is of another version, or damaged.</exception>
    internal void Load(ref MessagePackReader reader)
    {
        var keys = new List<byte[]>();
        bool all;
        try
        {
            reader.ReadHeader(Format, Version, Fields);
            all = reader.ReadBoolean();
            var count = reader.ReadArrayHeader();
            StateFormat.Require(count <= MostExceptions, $"{count} keys are otherwise than the rest");
            for (var left = count; left > 0; left--)
            {
                var key = System.Buffers.BuffersExtensions.ToArray(reader.ReadBytes() ?? throw new MessagePackSerializationException("a key is missing"));
                StateFormat.Require(keys.Count == 0 || Utf8KeyComparer.Instance.Compare(keys[^1], key) < 0, "frozen keys are not in order");
                keys.Add(key);
            }
        }
        catch (Exception damage) when (StateFormat.IsDamage(damage))
        {
            throw new StateFormatException($"Stored state is damaged: {damage.Message}");
        }

        _all = all;
        _exceptions.Clear();
        _exceptions.UnionWith(keys);
    }
}
