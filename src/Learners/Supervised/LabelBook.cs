using System.Buffers.Binary;
using System.Text;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised;

/// <summary>The labels of classes by their index, in the order in which they came.</summary>
internal sealed class LabelBook
{
    private const int LengthBytes = 2;

    private readonly Dictionary<byte[], int> _indices = new(Utf8KeyComparer.Instance);
    private readonly int _most;
    private byte[] _texts = [];

    /// <param name="most">The most classes that it may have.</param>
    internal LabelBook(int most) => _most = most;

    /// <param name="labels">All classes: it grows no more.</param>
    internal LabelBook(IReadOnlyList<string> labels)
        : this(labels.Count)
    {
        foreach (var label in labels)
        {
            Add(Encoding.UTF8.GetBytes(label));
        }
    }

    /// <summary>Classes that it has.</summary>
    internal int Count => _indices.Count;

    /// <summary>Whether it can take one more.</summary>
    internal bool HasRoom => Count < _most;

    /// <summary>Of each class the length of its label (2 bytes, little-endian) and the label in UTF-8.</summary>
    internal ReadOnlySpan<byte> Texts => _texts;

    /// <summary>The labels.</summary>
    internal string[] Names()
    {
        var names = new string[Count];
        foreach (var (label, index) in _indices)
        {
            names[index] = Encoding.UTF8.GetString(label);
        }

        return names;
    }

    /// <summary>The index of a label; -1: it is not known.</summary>
    internal int IndexOf(ReadOnlySpan<byte> label) =>
        _indices.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(label, out var index) ? index : -1;

    /// <summary>Adds a label that is not known; there is room.</summary>
    /// <returns>Its index.</returns>
    internal int Add(ReadOnlySpan<byte> label)
    {
        var at = _texts.Length;
        Array.Resize(ref _texts, at + LengthBytes + label.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(_texts.AsSpan(at), (ushort)label.Length);
        label.CopyTo(_texts.AsSpan(at + LengthBytes));
        _indices.Add(label.ToArray(), Count);
        return Count - 1;
    }

    internal void Save(ref MessagePackWriter writer) => writer.Write(_texts);

    internal void Load(ref MessagePackReader reader)
    {
        var bytes = reader.ReadBytes() ?? default;
        StateFormat.Require(
            bytes.Length <= _most * (LengthBytes + (long)SupervisedTask.MostLabelBytes) && TryReplace(System.Buffers.BuffersExtensions.ToArray(bytes)),
            "a label is none, or there twice, or one too many");
    }

    /// <summary>Takes labels over, as <see cref="Texts"/> has them; false: they cannot be, and there are none then.</summary>
    internal bool TryReplace(ReadOnlySpan<byte> texts)
    {
        Clear();
        while (!texts.IsEmpty)
        {
            if (!PayloadReading.TryTakeText(ref texts, out var label) || label.Length is < 1 or > SupervisedTask.MostLabelBytes || !HasRoom || IndexOf(label) >= 0)
            {
                Clear();
                return false;
            }

            Add(label);
        }

        return true;
    }

    private void Clear()
    {
        _indices.Clear();
        _texts = [];
    }
}
