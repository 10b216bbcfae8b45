using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using MessagePack;
using StreamLearn.Cluster.Membership;

namespace StreamLearn.Cluster.Tests.Membership;

public sealed class MembershipMessageTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create(
        "wire",
        ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString($$"""
                akka.loglevel = ERROR
                akka.actor {
                  serializers.refusing = "{{typeof(RefusingSerializer).FullName}}, {{typeof(RefusingSerializer).Assembly.GetName().Name}}"
                  serialization-bindings { "System.Object" = refusing }
                }
                """)),
            SerializationSetup.Create(system =>
                [SerializerDetails.Create("streamlearn-membership", new MembershipMessageSerializer(system), [typeof(IMembershipMessage)])])));

    [Fact]
    public void Given_messages_of_membership_When_they_are_sent_Then_they_arrive_as_they_were_and_their_form_is_as_small_as_it_is_to_stay()
    {
        var profile = new NodeProfile(3, new Dictionary<string, string> { ["node.shards"] = "64", ["pipelines.p.seed"] = "é" });

        Assert.Equal(new Hello(5), Arrived(new Hello(5)));
        var arrived = Assert.IsType<NodeProfile>(Arrived(profile));
        Assert.Equal(3, arrived.WireVersion);
        Assert.Equal(profile.Settings, arrived.Settings);

        // Nodes of all versions must understand these.
        Assert.Equal("9105", Convert.ToHexString(Bytes(new Hello(5))));
        Assert.Equal("920181A161A162", Convert.ToHexString(Bytes(new NodeProfile(1, new Dictionary<string, string> { ["a"] = "b" }))));
    }

    [Fact]
    public void Given_bytes_that_are_no_message_When_they_arrive_Then_they_are_refused()
    {
        var serializer = (MembershipMessageSerializer)_system.Serialization.FindSerializerForType(typeof(Hello));
        var good = Bytes(new NodeProfile(1, new Dictionary<string, string> { ["node.shards"] = "64" }));
        Assert.Throws<ArgumentException>(() => serializer.FromBinary(good, "x"));
        Assert.Throws<MessagePackSerializationException>(() => serializer.FromBinary([0xc0], "p"));
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Throws<MessagePackSerializationException>(() => serializer.FromBinary(good[..length], "p"));
        }
    }

    [Fact]
    public void Given_a_message_without_a_serializer_of_its_own_When_it_is_to_be_sent_Then_it_is_refused_by_its_name_and_JSON_is_not_read_either()
    {
        var serializer = _system.Serialization.FindSerializerForType(typeof(MembershipMessageTests));

        Assert.IsType<RefusingSerializer>(serializer);
        var refused = Assert.Throws<SerializationException>(() => serializer.ToBinary(this));
        Assert.Contains(typeof(MembershipMessageTests).FullName!, refused.Message, StringComparison.Ordinal);
        Assert.Throws<SerializationException>(() => serializer.FromBinary<object>("{}"u8.ToArray()));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    private byte[] Bytes(object message) => _system.Serialization.FindSerializerForType(message.GetType()).ToBinary(message);

    private object Arrived(object message)
    {
        var serializer = (SerializerWithStringManifest)_system.Serialization.FindSerializerForType(message.GetType());
        return serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message));
    }
}
