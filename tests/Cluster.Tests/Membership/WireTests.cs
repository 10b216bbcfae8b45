using System.Reflection;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using MessagePack;
using StreamLearn.Actors.Messages;
using StreamLearn.Cluster.Control;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Placement;
using StreamLearn.Cluster.Tests.Nodes;

namespace StreamLearn.Cluster.Tests.Membership;

/// <summary>What may cross nodes, on the actor system of a real node.</summary>
public sealed class WireTests : IAsyncLifetime
{
    // Akka's own numbers.
    private const int Json = 1;
    private const int DaemonCreate = 3;

    // What messages are made of: none is one.
    private static readonly Type[] Parts = [typeof(BucketId), typeof(ControlledPartition), typeof(KeyEvent), typeof(PipelineCosts)];

    private ActorSystemOfNode _node = null!;

    private Serialization Serialization => _node.System.Serialization;

    public async Task InitializeAsync() => _node = await ActorSystemOfNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData(Json, "{\"$type\":\"System.IO.FileInfo, System.Runtime\",\"OriginalPath\":\"/x\"}")]
    [InlineData(Json, "{}")]
    [InlineData(DaemonCreate, "")]
    public void Given_bytes_that_name_a_serializer_of_Akkas_that_would_make_any_type_When_they_come_Then_they_are_refused(int serializer, string text) =>
        Assert.ThrowsAny<SerializationException>(() => Serialization.Deserialize(Encoding.UTF8.GetBytes(text), serializer, typeof(FileInfo).AssemblyQualifiedName));

    [Fact]
    public void Given_a_type_without_a_serializer_of_its_own_When_one_is_looked_for_Then_it_is_the_one_that_refuses_and_none_of_JSON_is_left()
    {
        Assert.IsType<RefusingSerializer>(Serialization.FindSerializerForType(typeof(object)));
        Assert.IsType<RefusingSerializer>(Serialization.FindSerializerForType(typeof(Dictionary<string, object>)));

        var serializers = _node.System.Settings.Config.GetConfig("akka.actor.serializers").AsEnumerable().ToDictionary(row => row.Key, row => row.Value.GetString());
        Assert.InRange(serializers.Count, 5, 100);
        Assert.DoesNotContain(serializers.Values, name =>
            name.Contains("Json", StringComparison.OrdinalIgnoreCase) || name.Contains("Hyperion", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Given_all_types_of_messages_between_nodes_When_their_serializers_are_looked_up_Then_each_is_one_of_MessagePack_and_reads_what_it_writes()
    {
        var types = new[] { typeof(IBucketMessage).Assembly, typeof(IMembershipMessage).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsAbstract: false, IsInterface: false } && !Parts.Contains(type)
                && (type.IsAssignableTo(typeof(IBucketMessage)) || type.IsAssignableTo(typeof(IMembershipMessage)) || type.IsAssignableTo(typeof(IControlMessage)) || type.GetCustomAttribute<MessagePackObjectAttribute>() is not null))
            .ToHashSet();

        Assert.Equal(
            types.Select(type => type.Name).Order(StringComparer.Ordinal), WireMessages.All.Select(row => row.Message.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(WireMessages.All, row =>
        {
            var serializer = Assert.IsAssignableFrom<MessagePackManifestSerializer>(Serialization.FindSerializerForType(row.Message.GetType()));
            var bytes = serializer.ToBinary(row.Message);

            var read = Serialization.Deserialize(bytes, serializer.Identifier, serializer.Manifest(row.Message));

            Assert.IsType(row.Message.GetType(), read);
            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(serializer.ToBinary(read)));
        });
    }

    [Fact]
    public async Task Given_one_of_each_message_When_it_is_written_Then_the_bytes_are_those_that_nodes_of_this_version_understand()
    {
        var actual = WireMessages.All.Select(row =>
        {
            var serializer = (SerializerWithStringManifest)Serialization.FindSerializerForType(row.Message.GetType());
            return $"{row.Name}: {serializer.Identifier} {serializer.Manifest(row.Message)} {Convert.ToHexString(serializer.ToBinary(row.Message))}";
        }).ToList();
        var file = GoldenFile($"wire-{NodeProfile.CurrentWireVersion}.txt");
        if (Environment.GetEnvironmentVariable("STREAMLEARN_GOLDEN") is not null)
        {
            await File.WriteAllLinesAsync(file, actual);
        }

        var expected = File.Exists(file) ? await File.ReadAllLinesAsync(file) : [];
        var changed = actual.Except(expected).Concat(expected.Except(actual)).Select(line => line.Split(':')[0]).Distinct().ToList();
        Assert.True(
            changed.Count == 0,
            $"The bytes of {string.Join(", ", changed)} are not those of {file}: nodes of before would not understand them. Where that is meant, raise "
            + "NodeProfile.CurrentWireVersion, so that such nodes are refused, and write the file of the new version: STREAMLEARN_GOLDEN=1 dotnet test. A new message is a new version too.");
    }

    [Fact]
    public async Task Given_a_node_of_another_version_of_messages_When_it_has_joined_Then_it_is_refused_with_both_versions()
    {
        var profile = NodeProfile.Of(_node.Config.Node, _node.Config.Pipelines, "");
        ClusterGate.Open(_node.System, profile);
        await ClusterEntry.JoinAsync(_node.System, _node.Config.Node, TimeProvider.System, default);
        await using var newcomer = await ActorSystemOfNode.StartAsync($"node.seeds=[\"{_node.Seed}\"]");
        var newer = profile with { WireVersion = NodeProfile.CurrentWireVersion + 1 };
        ClusterGate.Open(newcomer.System, newer);
        await ClusterEntry.JoinAsync(newcomer.System, newcomer.Config.Node, TimeProvider.System, default);

        var refused = await Assert.ThrowsAsync<StreamLearn.Cluster.Configuration.ConfigurationException>(
            () => ClusterGate.PassAsync(newcomer.System, newer, newcomer.Config.Node.JoinTimeout, TimeProvider.System, default));

        Assert.Equal(
            $"This node cannot join the one at akka.tcp://streamlearn@{_node.Seed}: it speaks version {NodeProfile.CurrentWireVersion} of the messages between nodes, and this "
            + $"node version {newer.WireVersion}; expected the same release on all nodes: stop the cluster to change it.", refused.Message);
    }

    private static string GoldenFile(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "StreamLearn.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No StreamLearn.sln above {AppContext.BaseDirectory}.");
        }

        return Path.Combine(folder.FullName, "tests", "Cluster.Tests", "Membership", "Golden", name);
    }
}
