using System.Buffers;
using MessagePack;
namespace StreamLearn.Learners.Forecasting;
public sealed partial class ForecastFleet
{
    private readonly HashSet<byte[]> _changed = new(Utf8KeyComparer.Instance);
    /// <summary>x</summary>
    public bool Contains(ReadOnlySpan<byte> key) => _series.ContainsKey(key.ToArray());
    /// <summary>x</summary>
    public IReadOnlyList<byte[]> TakeChanges()
    {
        byte[][] keys = [.. _changed];
        Array.Sort(keys, Utf8KeyComparer.Instance);
        _changed.Clear();
        return keys;
    }
    /// <summary>x</summary>
    public void ReturnChanges(IReadOnlyList<byte[]> keys) { foreach (var key in keys) { _changed.Add(key); } }
    /// <summary>x</summary>
    public void SaveKey(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        _series[key.ToArray()].Save(ref writer);
        writer.Flush();
    }
    /// <summary>x</summary>
    public void LoadKey(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state)
    {
        var reader = new MessagePackReader(state);
        var series = new ForecastSeries(plan, key, _workspaces);
        series.Load(ref reader);
        _series.Add(key.ToArray(), series);
        _sortedKeys = null;
    }
}
