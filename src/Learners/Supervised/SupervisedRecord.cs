using System.Buffers.Binary;
using static StreamLearn.Learners.Examples.PayloadReading;

namespace StreamLearn.Learners.Supervised;

/// <summary>
/// A record of the tasks <c>classify</c> and <c>regress</c> as decoders hand it to fleets (<see cref="Examples.ExampleBatch.Payloads"/>): one run of
/// bytes, read in place.
/// </summary>
/// <remarks>Little-endian. Kind (1 byte), length of the id (2), the id. Features have: how many (4), the features (4 each). A label has: its length (2) and
/// its text in UTF-8 (classify), or the number (8, regress). A labelled one has both, the features first.</remarks>
public readonly ref struct SupervisedRecord
{
    private const int KindBytes = 1;
    private const int CountBytes = 4;

    /// <summary>What it brings.</summary>
    public SupervisedRecordKind Kind { get; private init; }

    /// <summary>What features and their label meet by, UTF-8; empty: they come together, or never.</summary>
    public ReadOnlySpan<byte> Id { get; private init; }

    /// <summary>The features, where it brings them. They may be not finite.</summary>
    public ReadOnlySpan<float> Features { get; private init; }

    /// <summary>The number that is to be predicted (regress), where it brings it; else NaN. It may be not finite.</summary>
    public double Target { get; private init; }

    /// <summary>The label (classify), UTF-8, where it brings it; else empty.</summary>
    public ReadOnlySpan<byte> Label { get; private init; }

    /// <summary>Whether it brings features.</summary>
    public bool HasFeatures => Kind != SupervisedRecordKind.Label;

    /// <summary>Whether it brings a label or target.</summary>
    public bool HasLabel => Kind != SupervisedRecordKind.Features;

    /// <summary>Reads a record in place; false where the bytes are none: of wrong lengths, of a kind that there is not, a label without an id or text,
    /// or with a text longer than <see cref="SupervisedTask.MostLabelBytes"/>.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="classification">Whether labels are texts (classify) or numbers (regress).</param>
    /// <param name="record">The record; views into <paramref name="bytes"/>.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool classification, out SupervisedRecord record)
    {
        record = default;
        if (!TryTake(ref bytes, KindBytes, out var first) || !TryTakeText(ref bytes, out var id))
        {
            return false;
        }

        var kind = (SupervisedRecordKind)first[0];
        ReadOnlySpan<float> features = default;
        if (kind is SupervisedRecordKind.Features or SupervisedRecordKind.Labelled
            && !(TryTake(ref bytes, CountBytes, out var count) && TryTakeFloats(ref bytes, BinaryPrimitives.ReadInt32LittleEndian(count), out features)))
        {
            return false;
        }

        var target = double.NaN;
        ReadOnlySpan<byte> label = default;
        if (kind is SupervisedRecordKind.Label or SupervisedRecordKind.Labelled && !TryTakeLabel(ref bytes, classification, out target, out label))
        {
            return false;
        }

        record = new SupervisedRecord { Kind = kind, Id = id, Features = features, Target = target, Label = label };
        return bytes.IsEmpty && kind <= SupervisedRecordKind.Labelled && !(kind == SupervisedRecordKind.Label && id.IsEmpty);
    }

    private static bool TryTakeLabel(scoped ref ReadOnlySpan<byte> bytes, bool classification, out double target, out ReadOnlySpan<byte> label)
    {
        target = double.NaN;
        label = default;
        if (classification)
        {
            return TryTakeText(ref bytes, out label) && label.Length is >= 1 and <= SupervisedTask.MostLabelBytes;
        }

        var taken = TryTake(ref bytes, sizeof(double), out var number);
        target = taken ? BinaryPrimitives.ReadDoubleLittleEndian(number) : double.NaN;
        return taken;
    }
}
