using System.Text;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language;

/// <summary>The domains of a key by number: those of the task, or in the order in which they have come.</summary>
internal sealed class DomainNames
{
    private readonly LanguageTask _task;
    private readonly List<string> _names = [];
    private readonly Dictionary<byte[], int> _numbers = new(Utf8KeyComparer.Instance);

    internal DomainNames(LanguageTask task)
    {
        _task = task;
        foreach (var name in task.Domains)
        {
            Add(Encoding.UTF8.GetBytes(name));
        }
    }

    internal int Count => _names.Count;

    internal IReadOnlyList<string> All => _names;

    /// <summary>Whether it takes no new one.</summary>
    internal bool IsFull => _names.Count >= _task.DomainLimit;

    /// <summary>The number of a domain, which may be new; -1: it is not among those that there may be.</summary>
    internal int NumberOf(ReadOnlySpan<byte> name) => Find(name) is >= 0 and var number
        ? number
        : IsFull ? -1 : Add(name.ToArray());

    /// <summary>The number of a domain that there is; -1: there is not.</summary>
    internal int Find(ReadOnlySpan<byte> name) => _numbers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var number) ? number : -1;

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_names.Count);
        foreach (var name in _names)
        {
            writer.Write(name);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        StateFormat.Require(count <= _task.DomainLimit, "it has more domains than there may be");
        _names.Clear();
        _numbers.Clear();
        for (var i = 0; i < count; i++)
        {
            var name = Encoding.UTF8.GetBytes(reader.ReadString() ?? "");
            StateFormat.Require(name.Length is >= 1 and <= LanguageTask.MostDomainBytes && Find(name) < 0, "a domain is there twice, or has no usable name");
            Add(name);
        }
    }

    private int Add(byte[] name)
    {
        // What is no UTF-8 is told apart by its bytes, and shown as well as it can be: decoders let none through.
        _numbers.Add(name, _names.Count);
        _names.Add(Encoding.UTF8.GetString(name));
        return _names.Count - 1;
    }
}
