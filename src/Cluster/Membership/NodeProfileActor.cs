using Akka.Actor;
using Akka.Event;

namespace StreamLearn.Cluster.Membership;

/// <summary>Says what this node is to nodes that join.</summary>
internal sealed class NodeProfileActor : ReceiveActor
{
    public NodeProfileActor(NodeProfile profile)
    {
        var log = Context.GetLogger();
        Receive<Hello>(hello =>
        {
            if (hello.WireVersion != profile.WireVersion)
            {
                log.Warning("A node at {0} speaks version {1} of the messages between nodes; expected {2}", Sender.Path.Address, hello.WireVersion, profile.WireVersion);
            }

            Sender.Tell(profile);
        });
    }
}
