namespace StreamLearn.Bench.Programs;

/// <summary>Time and allocation from the moment when the first record has been read.</summary>
internal sealed class Meter
{
    private readonly long _time = TimeProvider.System.GetTimestamp();
    private readonly long _bytes = GC.GetTotalAllocatedBytes(precise: true);

    internal Measurement Read(long records)
    {
        var seconds = TimeProvider.System.GetElapsedTime(_time).TotalSeconds;
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - _bytes;
        return new Measurement(records / seconds, (double)bytes / records);
    }
}
