using System.Text;
using Confluent.Kafka;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Text in UTF-8, or nothing.</summary>
internal sealed class NullableText : ISerializer<string?>
{
    internal static readonly NullableText Instance = new();

    public byte[] Serialize(string? data, SerializationContext context) => data is null ? null! : Encoding.UTF8.GetBytes(data);
}
