using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>Records of a bandit task in the making.</summary>
internal sealed class BanditFeed : PayloadFeed<BanditFeed>
{
    internal BanditFeed Context(string key, long time, string id, in BanditContext context) => Add(key, time, PayloadOfContext(id, context));

    internal BanditFeed Feedback(string key, long time, string id, double feedback) => Add(key, time, PayloadOfFeedback(id, feedback));

    internal BanditFeed Logged(string key, long time, string id, in BanditContext context, int action, double probability, double feedback) =>
        Add(key, time, PayloadOfLogged(id, context, action, probability, feedback));

    internal static byte[] PayloadOfContext(string id, in BanditContext context)
    {
        var writer = new BanditRecordWriter();
        writer.WriteContext(Encoding.UTF8.GetBytes(id), context);
        return writer.Written.ToArray();
    }

    internal static byte[] PayloadOfFeedback(string id, double feedback)
    {
        var writer = new BanditRecordWriter();
        writer.WriteFeedback(Encoding.UTF8.GetBytes(id), feedback);
        return writer.Written.ToArray();
    }

    internal static byte[] PayloadOfLogged(string id, in BanditContext context, int action, double probability, double feedback)
    {
        var writer = new BanditRecordWriter();
        writer.WriteLogged(Encoding.UTF8.GetBytes(id), context, [], action, probability, feedback);
        return writer.Written.ToArray();
    }
}
