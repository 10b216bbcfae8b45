using Akka.Actor;

namespace StreamLearn.Cluster.Health;

/// <summary>Answers, on the threads that learners are stepped on: where it does not, they do not.</summary>
internal sealed class PulseActor : ReceiveActor
{
    public PulseActor() => Receive<Beat>(beat => Sender.Tell(beat));

    /// <summary>The question and its answer. Never leaves the node.</summary>
    internal sealed record Beat
    {
        internal static readonly Beat Instance = new();
    }
}
