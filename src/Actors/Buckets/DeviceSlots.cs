namespace StreamLearn.Actors.Buckets;

/// <summary>Which GPU of a node each bucket has: one, for as long as its entity lives. Thread-safe.</summary>
public sealed class DeviceSlots
{
    private readonly Lock _lock = new();
    private readonly int[] _buckets;
    private readonly Dictionary<(string Pipeline, string Entity), int> _held = [];

    /// <param name="gpus">Torch's numbers of the GPUs; at least one, each once.</param>
    public DeviceSlots(IReadOnlyList<int> gpus)
    {
        ArgumentOutOfRangeException.ThrowIfZero(gpus.Count);
        if (gpus.Distinct().Count() != gpus.Count)
        {
            throw new ArgumentException($"The GPUs are {string.Join(", ", gpus)}; expected each once.");
        }

        Slots = [.. gpus.Select(gpu => new DeviceSlot(gpu))];
        _buckets = new int[gpus.Count];
    }

    /// <summary>The GPUs, in the order in which they were given.</summary>
    public IReadOnlyList<DeviceSlot> Slots { get; }

    /// <summary>How many buckets each GPU has.</summary>
    public IReadOnlyList<int> Counts()
    {
        lock (_lock)
        {
            return [.. _buckets];
        }
    }

    /// <summary>The GPU of a bucket: the one that it has, else the one with the fewest buckets, of several the first.</summary>
    public DeviceSlot Acquire(string pipeline, string entity)
    {
        lock (_lock)
        {
            if (!_held.TryGetValue((pipeline, entity), out var slot))
            {
                slot = Array.IndexOf(_buckets, _buckets.Min());
                Take(pipeline, entity, slot);
            }

            return Slots[slot];
        }
    }

    /// <summary>Gives a bucket the GPU that it had: its entity has crashed and starts again, on the same thread.</summary>
    internal void Hold(string pipeline, string entity, DeviceSlot slot)
    {
        lock (_lock)
        {
            if (!_held.ContainsKey((pipeline, entity)))
            {
                Take(pipeline, entity, Slots.TakeWhile(other => other != slot).Count());
            }
        }
    }

    /// <summary>The bucket's entity has stopped.</summary>
    internal void Release(string pipeline, string entity)
    {
        lock (_lock)
        {
            if (_held.Remove((pipeline, entity), out var slot))
            {
                _buckets[slot]--;
            }
        }
    }

    private void Take(string pipeline, string entity, int slot)
    {
        _held.Add((pipeline, entity), slot);
        _buckets[slot]++;
    }
}
