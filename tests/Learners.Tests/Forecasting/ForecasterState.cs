using System.Buffers;
using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>The stored state of one forecaster, as a whole and by its fields.</summary>
internal static class ForecasterState
{
    internal static byte[] Save(IForecaster learner)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        learner.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static void Load(IForecaster learner, byte[] state)
    {
        var reader = new MessagePackReader(state);
        learner.Load(ref reader);
        Assert.True(reader.End, "something is left of the state");
    }

    /// <summary>The bytes of each field behind name and version, as a reader that knows nothing of the learner finds them.</summary>
    internal static byte[][] Fields(byte[] state)
    {
        var reader = new MessagePackReader(state);
        var fields = new byte[reader.ReadArrayHeader() - 2][];
        reader.Skip();
        reader.Skip();
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = reader.ReadRaw().ToArray();
        }

        Assert.True(reader.End, "there is more than the fields that the header counts");
        return fields;
    }

    /// <summary>The numbers of a field that is a block of them.</summary>
    internal static float[] Floats(byte[] field)
    {
        var reader = new MessagePackReader(field);
        return [.. MemoryMarshal.Cast<byte, float>(reader.ReadBytes()!.Value.ToArray())];
    }

    internal static SafetensorsFile Weights(NetworkArchitecture architecture, float[] weights)
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, architecture.Layout, weights);
        return SafetensorsFile.Read(stream.ToArray());
    }

    internal static double[] Predict(IForecaster learner, ForecastTask task)
    {
        var forecasts = new double[task.Horizons.Count];
        learner.Predict(forecasts);
        Assert.All(forecasts, forecast => Assert.True(double.IsFinite(forecast), $"{forecast} is not finite"));
        return forecasts;
    }
}
