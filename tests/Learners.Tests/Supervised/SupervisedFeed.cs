using System.Text;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>Records of the tasks classify and regress in the making.</summary>
internal sealed class SupervisedFeed : PayloadFeed<SupervisedFeed>
{
    internal SupervisedFeed Features(string key, long time, string id, params float[] features) =>
        Add(key, time, Written(writer => writer.WriteFeatures(Encoding.UTF8.GetBytes(id), features)));

    internal SupervisedFeed Label(string key, long time, string id, string label) =>
        Add(key, time, Written(writer => writer.WriteLabel(Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(label))));

    internal SupervisedFeed Label(string key, long time, string id, double target) =>
        Add(key, time, Written(writer => writer.WriteLabel(Encoding.UTF8.GetBytes(id), target)));

    internal SupervisedFeed Labelled(string key, long time, string label, params float[] features) => LabelledAs(key, time, "", label, features);

    internal SupervisedFeed LabelledAs(string key, long time, string id, string label, params float[] features) =>
        Add(key, time, Written(writer => writer.WriteLabelled(Encoding.UTF8.GetBytes(id), features, Encoding.UTF8.GetBytes(label))));

    internal SupervisedFeed Labelled(string key, long time, double target, params float[] features) =>
        Add(key, time, Written(writer => writer.WriteLabelled([], features, target)));

    internal static byte[] Written(Action<SupervisedRecordWriter> write)
    {
        var writer = new SupervisedRecordWriter();
        write(writer);
        return writer.Written.ToArray();
    }
}
