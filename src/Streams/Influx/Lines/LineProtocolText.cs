using System.Text;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Streams.Influx.Lines;

/// <summary>
/// Names and tags as line protocol has them. What the protocol cannot say, or what servers read differently, is replaced: control
/// characters, line breaks among them, by a space; a number sign that a measurement begins with by an underscore (the line would be a comment); a backslash before
/// another one, before what is escaped, and at the end by a slash. Other backslashes stand for themselves.
/// </summary>
internal static class LineProtocolText
{
    /// <summary>Names that mean something else to a server; a point with one is refused or loses it.</summary>
    private static readonly string[] Reserved = ["time", "_field", "_measurement"];

    internal static byte[] Measurement(string name)
    {
        if (name.Length == 0)
        {
            throw new ArgumentException("The name of a measurement is empty; expected text.", nameof(name));
        }

        var text = new StringBuilder();
        Append(text, name[0] == '#' ? $"_{name[1..]}" : name, escapeEquals: false);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>With the equals sign.</summary>
    internal static byte[] FieldKey(string name)
    {
        CheckKey(name, "field");
        var text = new StringBuilder();
        Append(text, name, escapeEquals: true);
        return Encoding.UTF8.GetBytes(text.Append('=').ToString());
    }

    /// <summary>Tags in the order of the bytes of their keys, as they will be written; those without a value are left out.</summary>
    /// <exception cref="ArgumentException">A key is empty, there twice or reserved.</exception>
    internal static MetricTag[] Sorted(IReadOnlyList<MetricTag> tags)
    {
        var sorted = new (byte[] Key, MetricTag Tag)[tags.Count];
        for (var i = 0; i < tags.Count; i++)
        {
            CheckKey(tags[i].Key, "tag");
            sorted[i] = (KeyBytes(tags[i].Key), tags[i]);
        }

        Array.Sort(sorted, (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Key.AsSpan().SequenceEqual(sorted[i - 1].Key))
            {
                throw new ArgumentException($"The tag '{sorted[i].Tag.Key}' is there twice; expected different names.", nameof(tags));
            }
        }

        return [.. sorted.Select(item => item.Tag).Where(tag => tag.Value.Length > 0)];
    }

    /// <summary>Measurement, tags and the space before the fields.</summary>
    /// <param name="measurement">As it is written.</param>
    /// <param name="tags">Sorted.</param>
    /// <param name="more">Sorted; those whose keys are among <paramref name="tags"/> do not count.</param>
    internal static byte[] Series(byte[] measurement, MetricTag[] tags, MetricTag[] more)
    {
        var text = new StringBuilder();
        int i = 0, j = 0;
        while (i < tags.Length || j < more.Length)
        {
            var order = j == more.Length ? -1 : i == tags.Length ? 1 : KeyBytes(tags[i].Key).AsSpan().SequenceCompareTo(KeyBytes(more[j].Key));
            var tag = order <= 0 ? tags[i++] : more[j++];
            if (order == 0)
            {
                j++;
            }

            Append(text.Append(','), tag.Key, escapeEquals: true);
            Append(text.Append('='), tag.Value, escapeEquals: true);
        }

        return [.. measurement, .. Encoding.UTF8.GetBytes(text.Append(' ').ToString())];
    }

    private static byte[] KeyBytes(string key)
    {
        var text = new StringBuilder();
        Append(text, key, escapeEquals: true);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void CheckKey(string name, string what)
    {
        if (name.Length == 0 || Reserved.Contains(name))
        {
            throw new ArgumentException(
                $"The name of a {what} is {(name.Length == 0 ? "empty" : $"'{name}'")}; expected text other than {string.Join(", ", Reserved)}.",
                nameof(name));
        }
    }

    private static void Append(StringBuilder text, string name, bool escapeEquals)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c == '\\')
            {
                text.Append(i + 1 == name.Length || IsHard(name[i + 1]) ? '/' : c);
            }
            else if (char.IsControl(c) || c == ' ')
            {
                text.Append("\\ ");
            }
            else
            {
                text.Append(c == ',' || (c == '=' && escapeEquals) ? "\\" : "").Append(c);
            }
        }
    }

    /// <summary>What a backslash before it would mean something to.</summary>
    private static bool IsHard(char c) => c is '\\' or ' ' or ',' or '=' or '"' || char.IsControl(c);
}
