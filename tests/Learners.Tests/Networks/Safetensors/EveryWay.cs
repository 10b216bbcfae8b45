using StreamLearn.Learners.Networks.Safetensors;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>Reads a file from memory, from a stream of known and one of unknown length: what comes out must not depend on it.</summary>
internal static class EveryWay
{
    /// <exception cref="SafetensorsException">It was refused in every way; this is what the reading from memory said.</exception>
    public static SafetensorsFile Read(byte[] bytes)
    {
        using var whole = new MemoryStream([0xff, .. bytes]);
        whole.Position = 1;
        using var trickle = new TrickleStream(bytes, atOnce: 7);
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Read(bytes);
        }
        catch (SafetensorsException)
        {
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(whole));
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(trickle));
            throw;
        }

        CheckSame(file, SafetensorsFile.Read(whole));
        CheckSame(file, SafetensorsFile.Read(trickle));
        return file;
    }

    /// <summary>What every way of reading says against the file, that from memory first.</summary>
    public static string Refusal(byte[] bytes) => Assert.Throws<SafetensorsException>(() => Read(bytes)).Message;

    private static void CheckSame(SafetensorsFile expected, SafetensorsFile actual)
    {
        Assert.Equal(expected.Metadata.Order(Pairs), actual.Metadata.Order(Pairs));
        Assert.Equal(expected.Tensors.Select(Text), actual.Tensors.Select(Text));
    }

    private static Comparer<KeyValuePair<string, string>> Pairs =>
        Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    private static string Text(SafetensorsTensor tensor) =>
        $"{tensor.Name} {tensor.Dtype} [{string.Join(',', tensor.Shape)}] {Convert.ToHexString(tensor.Data.Span)}";
}
