using StreamLearn.Streams.Events;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Streams.Tests.Events;

public class EventEnvelopeTests
{
    private const int Seed = 7;
    private const int Envelopes = 100_000;

    [Fact]
    public void Given_a_record_when_it_is_put_into_an_envelope_then_the_bytes_are_those_of_version_1()
    {
        // Fixed: what lies in a topic is read by later versions.
        var bytes = Events.Envelopes.Of(new EventOrigin(3, 258, 72623859790382856), "k\u00e9", "v", timestamp: 1_700_000_000_123);

        Assert.Equal(
            "01" + "03" + "03" + "02010000" + "0807060504030201" + "7B68E5CF8B010000" + "03000000" + "6BC3A9" + "76", Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("key", null)]
    [InlineData(null, "value")]
    [InlineData("key", "value")]
    public void Given_any_record_when_its_envelope_is_read_then_it_is_the_same_record(string? key, string? value)
    {
        var bytes = Events.Envelopes.Of(new EventOrigin(255, int.MaxValue, long.MaxValue), key, value, timestamp: -1);

        Assert.True(EventEnvelope.TryDecode(bytes, out var envelope));

        Assert.Equal((new EventOrigin(255, int.MaxValue, long.MaxValue), -1L), (envelope.Origin, envelope.Timestamp));
        Assert.Equal((key is not null, value is not null), (envelope.HasKey, envelope.HasValue));
        Assert.Equal(key ?? "", System.Text.Encoding.UTF8.GetString(envelope.Key));
        Assert.Equal(value ?? "", System.Text.Encoding.UTF8.GetString(envelope.Value));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    public void Given_a_place_where_no_record_is_when_it_is_put_into_an_envelope_then_it_is_refused(int partition, long offset) =>
        Assert.Throws<ArgumentException>(() => Events.Envelopes.Of(new EventOrigin(0, partition, offset), "k", "v"));

    [Fact]
    public void Given_an_envelope_when_it_is_made_then_only_its_bytes_are_allocated()
    {
        var value = new byte[1000];
        Encode();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            Encode();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 100_000, 110_000);

        void Encode() => new EventEnvelope
        {
            Origin = new EventOrigin(0, 1, 2), Timestamp = 3, HasKey = true, HasValue = true, Key = "key"u8, Value = value,
        }.Encode();
    }

    [Fact]
    public void Given_any_bytes_when_they_are_read_then_they_are_refused_or_an_envelope_that_is_written_as_the_same_bytes()
    {
        var good = new[] { "key", "", null }.SelectMany(key => new[] { "value", "", null }.Select(value =>
            Events.Envelopes.Of(new EventOrigin(1, 2, 3), key, value))).ToArray();
        byte[][] pieces =
        [
            [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x80], [1], [2], [3], [4], [0x80], [27, 0, 0, 0],
        ];
        var accepted = 0;

        FuzzRun.Each(
            Seed, Envelopes,
            mutator => mutator.Below(8) switch
            {
                0 => mutator.Bytes(80),
                1 => [1, (byte)mutator.Below(4), .. mutator.Bytes(80)],
                _ => mutator.Mutate(mutator.One(good), pieces),
            },
            bytes =>
            {
                if (EventEnvelope.TryDecode(bytes, out var envelope))
                {
                    accepted++;
                    Assert.Equal(bytes, envelope.Encode());
                }
            });

        Assert.InRange(accepted, Envelopes / 20, Envelopes);
    }
}
