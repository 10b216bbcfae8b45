using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamLearn.Cli.Chaos;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class NodeRelayTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly NodeRelay _relay = new(3);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public NodeRelayTests()
    {
        // Node 2, which the others call.
        _listener.Bind(new IPEndPoint(IPAddress.Parse(NodeRelay.InnerHost(1)), _relay.Port(1)));
        _listener.Listen();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _relay.Dispose();
    }

    [Fact]
    public async Task Given_a_node_that_calls_another_when_it_has_said_who_it_is_then_all_bytes_come_through_both_ways()
    {
        using var caller = await CallAsync(0);
        using var called = await _listener.AcceptAsync().WaitAsync(Limit);

        Assert.Equal($"I am {NodeRelay.OuterHost(0)}.", await ReadAsync(called));
        await called.SendAsync(Encoding.ASCII.GetBytes("Hello"));
        Assert.Equal("Hello", await ReadAsync(caller));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Given_a_node_that_is_cut_off_when_it_is_back_then_what_was_sent_meanwhile_comes_after_what_came_from_others(int cut)
    {
        using var caller = await CallAsync(0);
        using var called = await _listener.AcceptAsync().WaitAsync(Limit);
        Assert.Equal($"I am {NodeRelay.OuterHost(0)}.", await ReadAsync(called));

        _relay.Cut(cut);
        await caller.SendAsync(Encoding.ASCII.GetBytes("late"));
        await called.SendAsync(Encoding.ASCII.GetBytes("late"));
        var read = (ReadAsync(called), ReadAsync(caller));
        if (cut == 0)
        {
            // The others still reach each other.
            using var other = await CallAsync(2);
            using var calledByOther = await _listener.AcceptAsync().WaitAsync(Limit);
            Assert.Equal($"I am {NodeRelay.OuterHost(2)}.", await ReadAsync(calledByOther));
        }

        Assert.False(read.Item1.IsCompleted || read.Item2.IsCompleted);
        _relay.Heal(cut);

        Assert.Equal(("late", "late"), (await read.Item1, await read.Item2));
    }

    [Fact]
    public async Task Given_a_connection_when_its_caller_ends_it_then_the_other_end_hears_of_it()
    {
        using var called = await CallAndEndAsync();

        Assert.Equal("", await ReadAsync(called));
    }

    private async Task<Socket> CallAndEndAsync()
    {
        using var caller = await CallAsync(0);
        var called = await _listener.AcceptAsync().WaitAsync(Limit);
        Assert.Equal($"I am {NodeRelay.OuterHost(0)}.", await ReadAsync(called));
        return called;
    }

    private async Task<Socket> CallAsync(int node)
    {
        var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await caller.ConnectAsync(new IPEndPoint(IPAddress.Parse(NodeRelay.OuterHost(1)), _relay.Port(1)));
        await caller.SendAsync(Encoding.ASCII.GetBytes($"I am {NodeRelay.OuterHost(node)}."));
        return caller;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[1000];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(Limit));
    }
}
