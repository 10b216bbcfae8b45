using System.Net.Sockets;

namespace StreamLearn.EndToEnd.Tests.Programs;

public class BrokerControlTests
{
    [Fact]
    public async Task Given_a_broker_that_takes_orders_when_it_is_taken_down_and_up_then_it_obeys_and_outlives_its_input()
    {
        await using var broker = StreamLearnProcess.Start("broker", "--control");
        var address = await broker.LineWithAsync("127.0.0.1:");
        var port = int.Parse(address.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        await ConnectAsync(port);

        await broker.SayAsync("down 1");
        Assert.Equal("ok", await broker.LineWithAsync("ok"));
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(port));
        await broker.SayAsync("sideways 1");
        Assert.StartsWith("error: the order is 'sideways 1'", await broker.LineWithAsync("error:"), StringComparison.Ordinal);
        await broker.SayAsync("up 1");
        await broker.SayAsync("down 7");
        Assert.StartsWith("error: Taking broker 7 down", await broker.LineWithAsync("broker 7"), StringComparison.Ordinal);
        broker.EndInput();
        await ConnectAsync(port);
        broker.Interrupt();

        Assert.Equal(130, (await broker.EndAsync()).ExitCode);
    }

    private static async Task ConnectAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port).WaitAsync(TimeSpan.FromSeconds(10));
    }
}
