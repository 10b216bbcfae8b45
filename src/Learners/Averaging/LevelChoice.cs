using System.Buffers;

namespace StreamLearn.Learners.Averaging;

/// <summary>Chooses for each part of a slice the level at which it is written: the fewest bytes whose errors keep within the budget.</summary>
/// <remarks>
/// The error of a part at a level is the L2 norm of what is left out, and is measured on the changes that wait to be sent. The budget is α times what the
/// parts' errors come to together at the level of <see cref="ReplicaOptions.Share"/>. Vectors and small parts are always exact.
/// </remarks>
internal static class LevelChoice
{
    /// <summary>A level for each part.</summary>
    internal static byte[] Choose(ReplicaOptions options, ParameterSlice slice, ReadOnlySpan<float> changes, PartCodec codec)
    {
        var levels = new byte[slice.Parts.Length];
        if (options.Compression == ReplicaCompression.None)
        {
            return levels;
        }

        var standard = CompressionLevel.OfShare(options.Share);
        var writer = new ArrayBufferWriter<byte>();
        var errors = new double[levels.Length][];
        var bytes = new long[levels.Length][];
        var (budget, standardBytes) = (0.0, 0L);
        for (var part = 0; part < levels.Length; part++)
        {
            var (offset, length, isExact) = slice.Parts[part];
            var choices = isExact ? 1 : CompressionLevel.Count;
            errors[part] = new double[choices];
            bytes[part] = new long[choices];
            for (var level = 0; level < choices; level++)
            {
                (errors[part][level], bytes[part][level]) = Measure(changes.Slice(offset, length), level, writer, codec);
            }

            levels[part] = (byte)(isExact ? CompressionLevel.Exact : standard);
            budget += errors[part][levels[part]];
            standardBytes += bytes[part][levels[part]];
        }

        var chosen = BudgetedSelection.Choose(errors, bytes, options.ErrorBudget * budget);
        if (chosen is null)
        {
            return levels;
        }

        var chosenBytes = 0L;
        for (var part = 0; part < chosen.Length; part++)
        {
            chosenBytes += bytes[part][chosen[part]];
        }

        // Errors are rounded up: what is within the budget exactly may be out of reach, and everything else larger.
        if (options.ErrorBudget < 1 || chosenBytes <= standardBytes)
        {
            for (var part = 0; part < chosen.Length; part++)
            {
                levels[part] = (byte)chosen[part];
            }
        }

        return levels;
    }

    /// <summary>The L2 norm of what a level leaves out, and the bytes that it takes.</summary>
    internal static (double Error, int Bytes) Measure(ReadOnlySpan<float> changes, int level, ArrayBufferWriter<byte> writer, PartCodec codec)
    {
        writer.ResetWrittenCount();
        codec.Write(writer, changes, level);
        if (level == CompressionLevel.Exact)
        {
            return (0, writer.WrittenCount);
        }

        var kept = new float[changes.Length];
        var reader = new ByteReader(writer.WrittenSpan);
        _ = codec.TryRead(ref reader, kept);
        var squares = 0.0;
        for (var i = 0; i < kept.Length; i++)
        {
            var left = (double)changes[i] - kept[i];
            squares += left * left;
        }

        return (Math.Sqrt(squares), writer.WrittenCount);
    }
}
