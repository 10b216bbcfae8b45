using System.Collections.Frozen;
using Akka.Actor;
using Akka.Serialization;
using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>Writes a closed set of messages with MessagePack: integer keys, no type names on the wire. A manifest says which message it is.</summary>
public abstract class MessagePackManifestSerializer : SerializerWithStringManifest
{
    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    private readonly string _subject;
    private readonly FrozenDictionary<Type, string> _manifests;
    private readonly FrozenDictionary<string, Type> _types;

    /// <param name="system">The actor system.</param>
    /// <param name="identifier">Its number, the same on all nodes.</param>
    /// <param name="subject">What the messages are of, for errors.</param>
    /// <param name="messages">The messages and their manifests, each once.</param>
    protected MessagePackManifestSerializer(
        ExtendedActorSystem system, int identifier, string subject, params IReadOnlyList<(string Manifest, Type Message)> messages)
        : base(system)
    {
        Identifier = identifier;
        _subject = subject;
        _manifests = messages.ToFrozenDictionary(message => message.Message, message => message.Manifest);
        _types = messages.ToFrozenDictionary(message => message.Manifest, message => message.Message);
    }

    /// <inheritdoc/>
    public sealed override int Identifier { get; }

    /// <inheritdoc/>
    public sealed override string Manifest(object o) => _manifests.TryGetValue(o.GetType(), out var manifest)
        ? manifest
        : throw new ArgumentException($"{o.GetType().Name} is no message of {_subject}.");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => MessagePackSerializer.Serialize(obj.GetType(), obj, Options);

    /// <inheritdoc/>
    public sealed override object FromBinary(byte[] bytes, string manifest) => _types.TryGetValue(manifest, out var type)
        ? MessagePackSerializer.Deserialize(type, bytes, Options) ?? throw new MessagePackSerializationException($"A message '{manifest}' is nil.")
        : throw new ArgumentException($"'{manifest}' names no message of {_subject}.");
}
