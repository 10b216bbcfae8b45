using System.Diagnostics.Metrics;

namespace StreamLearn.Actors.Messages;

/// <summary>What ingests and buckets of this process send to other nodes: the meter <c>StreamLearn.Messages</c>, for <c>dotnet-counters</c> and whoever else listens.</summary>
internal static class MessageMeter
{
    private static readonly Meter Meter = new("StreamLearn.Messages");

    private static readonly Counter<long> Sent =
        Meter.CreateCounter<long>("streamlearn.messages.sent", "{message}", "Messages of ingests and buckets that went to other nodes.");

    private static readonly Counter<long> SentBytes =
        Meter.CreateCounter<long>("streamlearn.messages.sent_bytes", "By", "Their bytes as serialised, without envelopes.");

    /// <summary>Counts a message.</summary>
    /// <param name="message">Its type's name.</param>
    /// <param name="bytes">Its bytes.</param>
    internal static void Count(string message, int bytes)
    {
        var tag = new KeyValuePair<string, object?>("message", message);
        Sent.Add(1, tag);
        SentBytes.Add(bytes, tag);
    }
}
