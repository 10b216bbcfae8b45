using System.Net;
using System.Net.Sockets;

namespace StreamLearn.Bench.Programs;

/// <summary>A port of this machine that nobody has now.</summary>
internal static class FreePort
{
    internal static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
