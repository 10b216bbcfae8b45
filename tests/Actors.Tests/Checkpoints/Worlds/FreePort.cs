using System.Net;
using System.Net.Sockets;

namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>Ports of this machine that nobody had a moment ago.</summary>
internal static class FreePort
{
    internal static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
