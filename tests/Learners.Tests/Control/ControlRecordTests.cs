using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Control;

public sealed class ControlRecordTests
{
    [Theory]
    [InlineData(ControlVerb.Freeze, ControlScope.Pipeline, "")]
    [InlineData(ControlVerb.Unfreeze, ControlScope.Key, "0123456789abcdef")]
    public void Given_a_word_When_it_is_written_Then_it_is_read_as_it_was(ControlVerb verb, ControlScope scope, string request)
    {
        var control = new ControlRecord(verb, scope, request);

        Assert.Equal(control, ControlRecord.TryDecode(control.Encode()));
        Assert.Throws<ArgumentException>(() => (control with { Request = new string('x', ControlRecord.MostRequestCharacters + 1) }).Encode());
    }

    [Fact]
    public void Given_bytes_that_are_no_word_When_they_are_read_Then_they_are_refused()
    {
        var good = new ControlRecord(ControlVerb.Freeze, ControlScope.Key, "request").Encode();
        var random = new Random(1);
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Null(ControlRecord.TryDecode(good.AsSpan(0, length)));
        }

        Assert.Null(ControlRecord.TryDecode([.. good, 0]));
        Assert.Null(ControlRecord.TryDecode(new ControlRecord((ControlVerb)9, ControlScope.Key, "").Encode()));
        Assert.Null(ControlRecord.TryDecode(new ControlRecord(ControlVerb.Freeze, (ControlScope)0, "").Encode()));
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = good.ToArray();
            for (var change = 0; change <= round % 3; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            // Whatever it says, it does not throw.
            if (ControlRecord.TryDecode(bytes) is { } read)
            {
                Assert.True(Enum.IsDefined(read.Verb) && Enum.IsDefined(read.Scope));
            }
        }
    }

    [Fact]
    public void Given_stored_words_that_are_damaged_When_they_are_loaded_Then_they_are_refused_and_what_there_was_stays()
    {
        var plan = new BanditPlan(new BanditTask { Actions = ["a", "b"] }, [LearnerChoice.Named("bandit", "uniform")], 1, 10);
        using var fleet = plan.CreateFleet(10);
        var keys = new FrozenKeys();
        Assert.True(keys.TryApply(new ControlRecord(ControlVerb.Freeze, ControlScope.Key, ""), "b"u8));
        Assert.True(keys.TryApply(new ControlRecord(ControlVerb.Freeze, ControlScope.Key, ""), "a"u8));
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePack.MessagePackWriter(buffer);
        keys.Save(ref writer);
        writer.Flush();
        var stored = buffer.WrittenSpan.ToArray();
        StoredControls.Load(fleet, stored);
        Assert.True(fleet.IsFrozen("a"u8) && fleet.IsFrozen("b"u8) && !fleet.IsFrozen("c"u8));

        for (var length = 0; length < stored.Length; length++)
        {
            Assert.Throws<StateFormatException>(() => StoredControls.Load(fleet, stored[..length]));
        }

        var unordered = stored.ToArray();
        unordered[^1] = (byte)'a';
        Assert.Throws<StateFormatException>(() => StoredControls.Load(fleet, unordered));
        Assert.True(fleet.IsFrozen("a"u8) && fleet.IsFrozen("b"u8) && !fleet.IsFrozen("c"u8));
    }
}
