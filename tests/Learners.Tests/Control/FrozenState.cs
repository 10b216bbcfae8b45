using MessagePack;

namespace StreamLearn.Learners.Tests.Control;

/// <summary>Which fields of a forecaster's stored state may change while it only observes: what it has seen of the series, and nothing that is fitted.</summary>
internal static class FrozenState
{
    private static readonly Dictionary<string, int[]> Seen = new()
    {
        ["last-value"] = [0],
        ["seasonal-last-value"] = [0, 1, 2],
        ["recursive-least-squares"] = [0, 1, 4, 5],
        ["multilayer-perceptron"] = [0, 1, 2, 3],
        ["liquid"] = [5, 6, 7, 8, 16, 17, 18, 19, 20, 21, 22, 23],
        ["gru"] = [5, 6, 7, 8, 16, 17, 18, 19, 20, 21, 22, 23],
        ["incremental"] = [6, 7, 8, 9],
        ["hybrid"] = [0, 2, 3],
    };

    /// <summary>Fails where another field differs, in an expert of a hybrid too.</summary>
    internal static void AssertSameButSeen(byte[] before, byte[] after)
    {
        var (name, fields) = Fields(before);
        var (sameName, others) = Fields(after);
        Assert.Equal(name, sameName);
        Assert.Equal(fields.Count, others.Count);
        for (var field = 0; field < fields.Count; field++)
        {
            if (IsForecaster(fields[field]))
            {
                AssertSameButSeen(fields[field], others[field]);
            }
            else if (!Seen[name].Contains(field))
            {
                Assert.True(fields[field].AsSpan().SequenceEqual(others[field]), $"Field {field} of '{name}' has changed.");
            }
        }
    }

    private static bool IsForecaster(byte[] value)
    {
        var reader = new MessagePackReader(value);
        return reader.NextMessagePackType == MessagePackType.Array && reader.ReadArrayHeader() > 2 && reader.NextMessagePackType == MessagePackType.String
            && Seen.ContainsKey(reader.ReadString()!);
    }

    private static (string Name, List<byte[]> Fields) Fields(byte[] state)
    {
        var reader = new MessagePackReader(state);
        var left = reader.ReadArrayHeader() - 2;
        var name = reader.ReadString()!;
        reader.Skip();
        var fields = new List<byte[]>();
        for (; left > 0; left--)
        {
            var start = (int)reader.Consumed;
            reader.Skip();
            fields.Add(state[start..(int)reader.Consumed]);
        }

        return (name, fields);
    }
}
