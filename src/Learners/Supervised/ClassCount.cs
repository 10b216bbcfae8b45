using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised;

/// <summary>Reads how many classes a classifier's state knows.</summary>
internal static class ClassCount
{
    internal static int Read(ref MessagePackReader reader)
    {
        var classes = reader.ReadInt32();
        StateFormat.Require(classes is >= 0 and <= SupervisedTask.MostClasses, $"a classifier knows {classes} classes");
        return classes;
    }
}
