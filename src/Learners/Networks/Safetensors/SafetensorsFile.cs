using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>
/// Weights in the open format safetensors, which Python's <c>safetensors.torch.load_file</c> opens: export of a network's flat vector,
/// and import to start a network from.
/// </summary>
/// <remarks>
/// <para>
/// A file is the length N of the header (8 bytes, little-endian), N bytes of JSON that say which tensor lies where, and the numbers.
/// Source: https://github.com/huggingface/safetensors, section "Format"; all that it demands is checked.
/// </para>
/// <para>
/// A matrix is [inputs, outputs] in the flat vector and [outputs, inputs] in a file, as PyTorch's <c>Linear.weight</c>: it is transposed
/// on both ways. A vector stays as it is.
/// </para>
/// <code> SafetensorsFile.Write(stream, layout, parameters); SafetensorsFile.Read(stream).CopyTo(layout, parameters);
/// </code>
/// </remarks>
public sealed class SafetensorsFile
{
    /// <summary>Most bytes of a header: the limit that the reference implementation has.</summary>
    internal const int LongestHeader = 100_000_000;

    /// <summary>Most bytes of numbers: 2 GiB less 57 bytes, what one array holds. Larger files are refused.</summary>
    internal static readonly int LongestBuffer = Array.MaxLength;

    /// <summary>Name under which the header holds what is no tensor.</summary>
    internal const string MetadataName = "__metadata__";

    internal SafetensorsFile(ImmutableArray<SafetensorsTensor> tensors, ReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors, in the order of their numbers in the file.</summary>
    public ImmutableArray<SafetensorsTensor> Tensors { get; }

    /// <summary>What the file says about itself, e.g. <c>format</c>: <c>pt</c>. Empty when it says nothing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes a flat vector as float32, in the order of the layout. The same arguments give the same bytes.</summary>
    /// <param name="stream">Where to; written to in pieces, neither flushed nor closed.</param>
    /// <param name="layout">Names and shapes.</param>
    /// <param name="parameters">The flat vector [layout.Count]; written as it is, also what is not finite.</param>
    /// <param name="metadata">More to say than <c>format</c>: <c>pt</c>, which is always there.</param>
    /// <exception cref="ArgumentException">
    /// The vector has another length; a name is <c>__metadata__</c> or no valid Unicode; the metadata names another format; or the file
    /// would be larger than can be read again (a header of 100 MB, 2 GiB of numbers). Nothing has been written then.
    /// </exception>
    public static void Write(
        Stream stream, ParameterLayout layout, ReadOnlySpan<float> parameters, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafetensorsWriter.Write(stream, layout, parameters, metadata);

    /// <summary>Reads a file from where the stream stands to its end. Memory stays in proportion to the bytes that came.</summary>
    /// <param name="stream">Where from; not closed.</param>
    /// <exception cref="SafetensorsException">These are not the bytes of a safetensors file.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static SafetensorsFile Read(Stream stream) => SafetensorsReader.Read(stream);

    /// <summary>Reads a file that is in memory; the tensors are views into it, so it must not change any more.</summary>
    /// <exception cref="SafetensorsException">These are not the bytes of a safetensors file.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> file) => SafetensorsReader.Read(file);

    /// <summary>
    /// Fills a flat vector. The file must have exactly the layout's tensors, by name and shape, of the types F32, F64, F16 or BF16; numbers
    /// of F64 are rounded to the nearest float32.
    /// </summary>
    /// <param name="layout">Names and shapes that are expected.</param>
    /// <param name="parameters">The flat vector [layout.Count]; unchanged when the file is refused.</param>
    /// <exception cref="SafetensorsException">
    /// A tensor is missing, not expected, or has another shape or another type; or a number is not finite as float32.
    /// </exception>
    /// <exception cref="ArgumentException">The vector has another length than the layout.</exception>
    public void CopyTo(ParameterLayout layout, Span<float> parameters)
    {
        if (parameters.Length != layout.Count)
        {
            throw new ArgumentException($"The vector has {parameters.Length} numbers; expected {layout.Count}.", nameof(parameters));
        }

        var tensors = Match(layout);
        var values = new float[layout.Count];
        foreach (var (block, tensor) in layout.Blocks.Zip(tensors))
        {
            CopyFinite(tensor, block, block.In(values.AsSpan()));
        }

        values.CopyTo(parameters);
    }

    /// <summary>The tensor of each block; refused when anything differs.</summary>
    private SafetensorsTensor[] Match(ParameterLayout layout)
    {
        var byName = Tensors.ToDictionary(tensor => tensor.Name);
        var matched = new SafetensorsTensor[layout.Blocks.Length];
        for (var i = 0; i < matched.Length; i++)
        {
            var block = layout.Blocks[i];
            if (!byName.TryGetValue(block.Name, out var tensor))
            {
                throw new SafetensorsException(
                    $"There is no tensor {block.Name.Quoted()}; expected one of the shape {block.StoredShape().Text()}. The file has "
                    + $"{SafetensorsText.List(Tensors.Select(tensor => tensor.Name))}.");
            }

            CheckShape(tensor, block.StoredShape());
            if (!SafetensorsDtype.IsConverted(tensor.Dtype))
            {
                throw new SafetensorsException(
                    $"The tensor {tensor.Name.Quoted()} is of type {tensor.Dtype.Quoted()}; expected F32, F64, F16 or BF16.");
            }

            matched[i] = tensor;
        }

        if (Tensors.FirstOrDefault(tensor => !layout.Contains(tensor.Name)) is { } extra)
        {
            throw new SafetensorsException(
                $"The tensor {extra.Name.Quoted()} of the shape {extra.Shape.Text()} is not expected; the network has "
                + $"{SafetensorsText.List(layout.Blocks.Select(block => block.Name))}.");
        }

        return matched;
    }

    private static void CheckShape(SafetensorsTensor tensor, ImmutableArray<long> expected)
    {
        if (tensor.Shape.SequenceEqual(expected))
        {
            return;
        }

        var transposed = expected.Length == 2 && tensor.Shape.SequenceEqual(expected.Reverse());
        throw new SafetensorsException(
            $"The tensor {tensor.Name.Quoted()} has the shape {tensor.Shape.Text()}; expected {expected.Text()}"
            + (transposed ? ": it is the transpose, [inputs, outputs]; a file has [outputs, inputs]." : "."));
    }

    private static void CopyFinite(SafetensorsTensor tensor, ParameterBlock block, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var stored = SafetensorsDtype.NumberAt(i, tensor.Dtype, tensor.Data.Span);
            var value = (float)stored;
            if (!float.IsFinite(value))
            {
                var index = tensor.Shape is [_, var columns] ? $"[{i / columns}, {i % columns}]" : $"[{i}]";
                var text = stored.ToString(CultureInfo.InvariantCulture);
                throw new SafetensorsException($"The tensor {tensor.Name.Quoted()} has {text} at {index}; expected a finite float32.");
            }

            values[block.PlaceOfStored(i)] = value;
        }
    }
}
