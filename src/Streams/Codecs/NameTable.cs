using System.Buffers.Text;
using System.IO.Hashing;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace StreamLearn.Streams.Codecs;

/// <summary>Names of actions, or of fields, each once, with their numbers. Nothing is allocated once its buffers are large enough.</summary>
internal sealed class NameTable
{
    private byte[] _bytes = new byte[256];
    private ReadOnlyMemory<byte>[] _names = new ReadOnlyMemory<byte>[8];
    private int[] _ends = new int[8];

    // Open addressing; 1 + the action's number, 0: free.
    private int[] _slots = new int[16];

    internal NameTable()
    {
    }

    internal NameTable(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            TryAdd(Encoding.UTF8.GetBytes(name));
        }
    }

    /// <summary>Names so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether one of them is a whole number: then numbers are names, and else they count from 0 on.</summary>
    internal bool AreNumbers { get; private set; }

    /// <summary>Whether bytes can be a name, or a decision's id.</summary>
    internal static bool IsUsable(ReadOnlySpan<byte> name) => name.Length is > 0 and <= DeadLetterReason.MaxIdBytes && Utf8.IsValid(name);

    internal void Clear()
    {
        Count = 0;
        AreNumbers = false;
        Array.Clear(_slots);
    }

    /// <summary>Adds the next name; false where it is there.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> name)
    {
        if (Find(name) >= 0)
        {
            return false;
        }

        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (start + name.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(start + name.Length, _bytes.Length * 2));
        }

        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
            Array.Resize(ref _names, Count * 2);
        }

        name.CopyTo(_bytes.AsSpan(start));
        _ends[Count++] = start + name.Length;
        AreNumbers |= Utf8Parser.TryParse(name, out long _, out var consumed) && consumed == name.Length;
        if (2 * Count > _slots.Length)
        {
            Rehash();
        }
        else
        {
            _slots[SlotOf(name)] = Count;
        }

        return true;
    }

    /// <summary>The number of a name; -1: none.</summary>
    internal int Find(ReadOnlySpan<byte> name) => _slots[SlotOf(name)] - 1;

    /// <summary>The names in their order, valid until the next change.</summary>
    internal ReadOnlySpan<ReadOnlyMemory<byte>> All()
    {
        for (var action = 0; action < Count; action++)
        {
            var start = action == 0 ? 0 : _ends[action - 1];
            _names[action] = _bytes.AsMemory(start, _ends[action] - start);
        }

        return _names.AsSpan(0, Count);
    }

    /// <summary>Bytes of all names together.</summary>
    internal int Bytes => Count == 0 ? 0 : _ends[Count - 1];

    private ReadOnlySpan<byte> NameOf(int action)
    {
        var start = action == 0 ? 0 : _ends[action - 1];
        return _bytes.AsSpan(start, _ends[action] - start);
    }

    /// <summary>The slot with a name, or the free one where it would be.</summary>
    private int SlotOf(ReadOnlySpan<byte> name)
    {
        var mask = _slots.Length - 1;
        var slot = (int)XxHash32.HashToUInt32(name) & mask;
        while (_slots[slot] != 0 && !NameOf(_slots[slot] - 1).SequenceEqual(name))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Rehash()
    {
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)(4 * Count))];
        for (var action = 0; action < Count; action++)
        {
            _slots[SlotOf(NameOf(action))] = action + 1;
        }
    }
}
