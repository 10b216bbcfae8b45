using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Supervised;

/// <summary>Writes records as <see cref="SupervisedRecord"/> reads them.</summary>
public sealed class SupervisedRecordWriter : PayloadWriter
{
    /// <summary>Features that are to be predicted on.</summary>
    /// <param name="id">UTF-8, up to 65,535 bytes; empty: their label never comes.</param>
    /// <param name="features">As many as the task says.</param>
    public void WriteFeatures(ReadOnlySpan<byte> id, ReadOnlySpan<float> features)
    {
        WriteHead(SupervisedRecordKind.Features, id);
        Write(features);
    }

    /// <summary>A label of the task <c>classify</c>.</summary>
    /// <param name="id">Of the features; not empty.</param>
    /// <param name="label">UTF-8, from 1 to <see cref="SupervisedTask.MostLabelBytes"/> bytes.</param>
    public void WriteLabel(ReadOnlySpan<byte> id, ReadOnlySpan<byte> label)
    {
        WriteHead(SupervisedRecordKind.Label, id);
        WriteText(label);
    }

    /// <summary>A target of the task <c>regress</c>.</summary>
    /// <inheritdoc cref="WriteLabel(ReadOnlySpan{byte}, ReadOnlySpan{byte})" path="/param[@name='id']"/>
    /// <param name="target">Finite.</param>
    public void WriteLabel(ReadOnlySpan<byte> id, double target)
    {
        WriteHead(SupervisedRecordKind.Label, id);
        Write(target);
    }

    /// <summary>Features with their label, of the task <c>classify</c>.</summary>
    /// <inheritdoc cref="WriteFeatures" path="/param"/>
    /// <inheritdoc cref="WriteLabel(ReadOnlySpan{byte}, ReadOnlySpan{byte})" path="/param[@name='label']"/>
    public void WriteLabelled(ReadOnlySpan<byte> id, ReadOnlySpan<float> features, ReadOnlySpan<byte> label)
    {
        WriteHead(SupervisedRecordKind.Labelled, id);
        Write(features);
        WriteText(label);
    }

    /// <summary>Features with their target, of the task <c>regress</c>.</summary>
    /// <inheritdoc cref="WriteFeatures" path="/param"/>
    /// <inheritdoc cref="WriteLabel(ReadOnlySpan{byte}, double)" path="/param[@name='target']"/>
    public void WriteLabelled(ReadOnlySpan<byte> id, ReadOnlySpan<float> features, double target)
    {
        WriteHead(SupervisedRecordKind.Labelled, id);
        Write(features);
        Write(target);
    }

    private void WriteHead(SupervisedRecordKind kind, ReadOnlySpan<byte> id)
    {
        Take(1)[0] = (byte)kind;
        WriteText(id);
    }

    private void Write(ReadOnlySpan<float> features)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), features.Length);
        WriteRaw(MemoryMarshal.AsBytes(features));
    }

    private void Write(double target) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), target);
}
