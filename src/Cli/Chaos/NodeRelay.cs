using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The network between the nodes of a drill, without privileges: each node listens at an inner address and is known to the others by an outer one, and
/// what is sent to that comes through here. A node can be cut off from the others, and still reach broker and store. Nothing is lost then, no
/// connection is broken, and nothing arrives, as on a wire that has been pulled: what was sent comes when it is back.
/// </summary>
internal sealed class NodeRelay : IDisposable
{
    /// <summary>Nodes, at most.</summary>
    internal const int MostNodes = 9;

    // Who calls names its address first, in a few hundred bytes.
    private const int BufferBytes = 64 * 1024;

    private readonly Socket[] _listeners;
    private readonly byte[][] _names;
    private readonly TaskCompletionSource?[] _cuts;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationToken _end;
    private readonly Lock _gate = new();

    /// <param name="nodes">How many nodes.</param>
    /// <exception cref="DrillException">This machine does not have the addresses.</exception>
    internal NodeRelay(int nodes)
    {
        _names = [.. Enumerable.Range(0, nodes).Select(node => Encoding.ASCII.GetBytes(OuterHost(node)))];
        _end = _ended.Token;
        _cuts = new TaskCompletionSource?[nodes];
        _listeners = [.. Enumerable.Range(0, nodes).Select(Listen)];
        for (var node = 0; node < nodes; node++)
        {
            _ = AcceptAsync(node);
        }
    }

    /// <summary>The address that a node listens at.</summary>
    internal static string InnerHost(int node) => FormattableString.Invariant($"127.0.1.{node + 1}");

    /// <summary>The address that others know a node by.</summary>
    internal static string OuterHost(int node) => FormattableString.Invariant($"127.0.2.{node + 1}");

    /// <summary>The port of a node at both addresses.</summary>
    internal int Port(int node) => ((IPEndPoint)_listeners[node].LocalEndPoint!).Port;

    /// <summary>From now on nothing goes between a node and the others.</summary>
    internal void Cut(int node)
    {
        lock (_gate)
        {
            _cuts[node] ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Everything goes again, also what has been sent meanwhile.</summary>
    internal void Heal(int node)
    {
        lock (_gate)
        {
            _cuts[node]?.TrySetResult();
            _cuts[node] = null;
        }
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        Array.ForEach(_listeners, listener => listener.Dispose());
    }

    private static Socket Listen(int node)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Parse(OuterHost(node)), 0));
            listener.Listen();
            return listener;
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new DrillException(
                $"{OuterHost(node)} cannot be bound ({exception.Message}); expected Linux, which has all of 127.0.0.0/8, for a drill of more than one node");
        }
    }

    private async Task AcceptAsync(int target)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await _listeners[target].AcceptAsync(_end), target);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The drill has ended.
        }
    }

    /// <summary>A connection from one node to another, until one of them ends it.</summary>
    private async Task RelayAsync(Socket caller, int target)
    {
        using var called = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (caller)
        {
            try
            {
                caller.NoDelay = true;
                var buffer = new byte[BufferBytes];
                var (count, source) = (0, -1);
                while (source < 0)
                {
                    if (count == buffer.Length || await caller.ReceiveAsync(buffer.AsMemory(count), _end) is var read && read == 0)
                    {
                        return;
                    }

                    count += read;
                    source = Array.FindIndex(_names, name => buffer.AsSpan(0, count).IndexOf(name) >= 0);
                }

                await OpenAsync(source, target);
                await called.ConnectAsync(new IPEndPoint(IPAddress.Parse(InnerHost(target)), Port(target)), _end);
                await SendAsync(called, buffer.AsMemory(0, count));
                await Task.WhenAny(PumpAsync(caller, called, buffer, source, target), PumpAsync(called, caller, new byte[BufferBytes], source, target));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of them has ended, or the drill has: so has the connection.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, byte[] buffer, int source, int target)
    {
        try
        {
            while (await from.ReceiveAsync(buffer, _end) is var count && count > 0)
            {
                await OpenAsync(source, target);
                await SendAsync(to, buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // As an end.
        }

        // That a connection has ended does not come through either.
        await OpenAsync(source, target);
    }

    private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, _end)..];
        }
    }

    /// <summary>Waits until neither of two nodes is cut off.</summary>
    private async Task OpenAsync(int one, int other)
    {
        while (CutOf(one) is { } cut)
        {
            await cut.WaitAsync(_end);
        }

        while (CutOf(other) is { } cut)
        {
            await cut.WaitAsync(_end);
        }
    }

    private Task? CutOf(int node)
    {
        lock (_gate)
        {
            return _cuts[node]?.Task;
        }
    }
}
