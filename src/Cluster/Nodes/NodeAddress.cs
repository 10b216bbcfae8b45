using System.Net;
using System.Net.Sockets;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Nodes;

/// <summary>The address of a node's cluster port.</summary>
internal static class NodeAddress
{
    /// <summary>Sees whether it can be bound, so that one line says what is wrong: what starts later would say it in a hundred.</summary>
    /// <exception cref="ConfigurationException">It cannot.</exception>
    internal static void Check(NodeSettings node)
    {
        try
        {
            var address = Dns.GetHostAddresses(node.Host).FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, node.Port));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new ConfigurationException(
                $"streamlearn.node.host is '{node.Host}' and streamlearn.node.port is {node.Port}, which cannot be bound ({exception.Message}); "
                + "expected an address of this machine and a free port.");
        }
    }
}
