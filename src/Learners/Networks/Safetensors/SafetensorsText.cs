using System.Collections.Immutable;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>Names and shapes in messages: short, however long the file has them.</summary>
internal static class SafetensorsText
{
    private const int LongestName = 100;
    private const int MostNames = 10;

    internal static string Quoted(this string name) => name.Length <= LongestName ? $"'{name}'" : $"'{name[..LongestName]}…'";

    internal static string Text(this ImmutableArray<long> shape) => $"[{string.Join(", ", shape)}]";

    internal static string List(IEnumerable<string> names)
    {
        var first = names.Take(MostNames + 1).Select(Quoted).ToList();
        return first.Count switch
        {
            0 => "no tensors",
            <= MostNames => string.Join(", ", first),
            _ => string.Join(", ", first.Take(MostNames)) + " and more",
        };
    }
}
