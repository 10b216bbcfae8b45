using Akka.Actor;
using Akka.Configuration;
using MessagePack;
using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Placement;

public sealed class PlacementMessageSerializerTests : IAsyncLifetime
{
    private static readonly NodeReport Good = new(
        NodeReport.CurrentVersion, "akka.tcp://streamlearn@127.0.0.1:4053", -7, 3, 1, 2, ["ingest", "learner"], 8, 2,
        [new PipelineCosts("p", "learner", [1, 5], [0.25f, float.NaN]), new PipelineCosts("q", "learner-gpu", [], [])]);

    private readonly ActorSystem _system = ActorSystem.Create("wire", ConfigurationFactory.ParseString("akka.loglevel = off\nakka.stdout-loglevel = off"));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public void Given_a_report_When_it_is_written_and_read_Then_it_is_the_same()
    {
        var serializer = Serializer();

        var read = Assert.IsType<NodeReport>(serializer.FromBinary(serializer.ToBinary(Good), serializer.Manifest(Good)));

        Assert.Null(read.Problem());
        Assert.Equal(MessagePackSerializer.ConvertToJson(serializer.ToBinary(Good)), MessagePackSerializer.ConvertToJson(serializer.ToBinary(read)));
        Assert.Equal((Good.Address, Good.Uid, Good.Number, Good.Part, Good.Parts, Good.Threads, Good.Devices), (read.Address, read.Uid, read.Number, read.Part, read.Parts, read.Threads, read.Devices));
        Assert.Equal(Good.Roles, read.Roles);
        Assert.Equal(Good.Pipelines[0].Costs, read.Pipelines[0].Costs);
    }

    [Fact]
    public void Given_something_else_When_it_is_written_or_read_Then_the_message_says_what_it_is()
    {
        Assert.Contains("String is no message of placement", Assert.Throws<ArgumentException>(() => Serializer().Manifest("x")).Message, StringComparison.Ordinal);
        Assert.Contains("'z'", Assert.Throws<ArgumentException>(() => Serializer().FromBinary([], "z")).Message, StringComparison.Ordinal);
        Assert.Throws<MessagePackSerializationException>(() => Serializer().FromBinary([0xc0], "n"));
        Assert.Equal(7302, Serializer().Identifier);
    }

    public static TheoryData<NodeReport, string> Wrong => new()
    {
        { Good with { Version = 2 }, "version 2; expected 1" },
        { Good with { Address = null! }, "no address" },
        { Good with { Roles = null! }, "no address, roles" },
        { Good with { Part = 2 }, "part 2 of 2" },
        { Good with { Part = -1 }, "part -1 of 2" },
        { Good with { Parts = int.MaxValue }, "expected one of 1 to 1024" },
        { Good with { Threads = 0 }, "0 threads" },
        { Good with { Pipelines = [null!] }, "nil" },
        { Good with { Pipelines = [new PipelineCosts("p", "learner", [1], [])] }, "a cost for each shard" },
        { Good with { Pipelines = [new PipelineCosts("p", "learner", [-1], [1])] }, "p below 0" },
        { Good with { Pipelines = [new PipelineCosts("p", "learner", [1], [float.PositiveInfinity])] }, "infinite" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Given_a_report_that_cannot_be_used_When_it_is_looked_at_Then_its_problem_is_named(NodeReport report, string problem) =>
        Assert.Contains(problem, report.Problem(), StringComparison.Ordinal);

    [Fact]
    public void Given_a_damaged_report_When_it_is_read_Then_it_is_refused_or_has_a_problem_or_is_usable()
    {
        var serializer = Serializer();
        var good = serializer.ToBinary(Good);
        var random = new Random(7302);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good[..random.Next(good.Length + 1)];
            for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                var report = (NodeReport)serializer.FromBinary(bytes, "n");
                if (report.Problem() is null)
                {
                    new PlacementBoard(TimeProvider.System, TimeSpan.FromMinutes(1)).Accept(report);
                }
            }
            catch (MessagePackSerializationException)
            {
                // Refused.
            }
        }
    }

    private PlacementMessageSerializer Serializer() => new((ExtendedActorSystem)_system);
}
