using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>What all detectors do alike: values that are not finite are ignored, and a state that cannot be taken over leaves
/// none.</summary>
/// <param name="kind">Name of the detector and of its state.</param>
/// <param name="version">Version of its state.</param>
/// <param name="fields">Fields of its state.</param>
internal abstract class DriftDetector(string kind, int version, int fields) : IDriftDetector
{
    /// <summary>Values so far that a state may claim: whole numbers are exact in a double up to there, and counting on does not
    /// overflow.</summary>
    private const long LargestCount = 1L << 53;

    public bool Add(double value) => double.IsFinite(value) && Observe(value);

    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(kind, version, fields);
        WriteFields(ref writer);
    }

    public void Load(ref MessagePackReader reader)
    {
        Reset();
        try
        {
            reader.ReadHeader(kind, version, fields);
            ReadFields(ref reader);
        }
        catch (StateFormatException)
        {
            Reset();
            throw;
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            Reset();
            throw new StateFormatException($"Stored state of the drift detector {kind} is damaged: {exception.Message}");
        }
    }

    public abstract void Reset();

    /// <summary>Takes in a finite value; true: an alarm.</summary>
    protected abstract bool Observe(double value);

    protected abstract void WriteFields(ref MessagePackWriter writer);

    /// <summary>Reads into a detector that has just been reset; whatever it throws, the detector is reset again.</summary>
    protected abstract void ReadFields(ref MessagePackReader reader);

    protected static long ReadCount(ref MessagePackReader reader)
    {
        var count = reader.ReadInt64();
        StateFormat.Require(count is >= 0 and <= LargestCount, "a number of values is impossible");
        return count;
    }
}
