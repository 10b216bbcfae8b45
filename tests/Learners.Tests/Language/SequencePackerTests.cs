using StreamLearn.Learners.Language;
using StreamLearn.Learners.Language.Gpt;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>How texts become sequences.</summary>
public sealed class SequencePackerTests
{
    private const int End = 256;
    private static readonly LanguageTask Task = new() { Context = 4 };

    [Fact]
    public void Given_short_texts_of_two_domains_When_they_are_packed_Then_each_sequence_has_whole_texts_of_one_domain_in_their_order()
    {
        var packer = new SequencePacker(Task, byDomain: false, 0);
        packer.Add(Text(0, 1));
        packer.Add(Text(1, 9, 9));
        packer.Add(Text(0, 2));
        packer.Add(Text(0, 3));

        // The first of domain 0 is full with its second text; the rest is open.
        Assert.Equal((1, 2), (packer.Full, packer.Open));
        AssertSequence(packer.Take(), 0, [End, 1, End, 2], [1, End, 2, End], bytes: 2, texts: 2);
        packer.CloseAll();
        AssertSequence(packer.Take(), 0, [End, 3], [3, End], bytes: 1, texts: 1);
        AssertSequence(packer.Take(), 1, [End, 9, 9], [9, 9, End], bytes: 2, texts: 1);
        Assert.Equal((0, 0), (packer.Full, packer.Open));
    }

    [Fact]
    public void Given_a_text_that_has_no_room_When_it_is_packed_Then_the_open_sequence_is_closed_and_the_text_is_not_cut()
    {
        var packer = new SequencePacker(Task, byDomain: false, 0);
        packer.Add(Text(0, 1));
        packer.Add(Text(0, 2, 3));

        AssertSequence(packer.Take(), 0, [End, 1], [1, End], bytes: 1, texts: 1);
        packer.CloseAll();
        AssertSequence(packer.Take(), 0, [End, 2, 3], [2, 3, End], bytes: 2, texts: 1);
    }

    [Fact]
    public void Given_a_text_longer_than_a_sequence_When_it_is_packed_Then_it_is_cut_and_each_piece_sees_the_token_before_it()
    {
        var packer = new SequencePacker(Task, byDomain: false, 0);
        packer.Add(Text(0, 7));
        packer.Add(Text(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        packer.Add(Text(0, 8));

        AssertSequence(packer.Take(), 0, [End, 7], [7, End], bytes: 1, texts: 1);
        AssertSequence(packer.Take(), 0, [End, 1, 2, 3], [1, 2, 3, 4], bytes: 3, texts: 0);
        AssertSequence(packer.Take(), 0, [4, 5, 6, 7], [5, 6, 7, 8], bytes: 4, texts: 0);

        // Its rest begins the sequence that the next text goes into.
        AssertSequence(packer.Take(), 0, [8, 9, End, 8], [9, End, 8, End], bytes: 3, texts: 2);
        Assert.Equal((0, 0), (packer.Full, packer.Open));
    }

    [Fact]
    public void Given_any_texts_When_they_are_packed_Then_every_token_is_foreseen_once_and_every_byte_counted_once()
    {
        var random = new Random(3);
        var packer = new SequencePacker(Task, byDomain: false, 0);
        var (tokens, bytes, texts, seenTokens, seenBytes, seenTexts) = (0, 0, 0, 0, 0, 0);
        for (var i = 0; i < 500; i++)
        {
            int[] text = [.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => random.Next(256))];
            packer.Add(Text(random.Next(3), text));
            (tokens, bytes, texts) = (tokens + text.Length + 1, bytes + text.Length, texts + 1);
            if (i % 7 == 0 || i == 499)
            {
                packer.CloseAll();
            }

            while (packer.Full > 0)
            {
                var sequence = packer.Take();
                Assert.InRange(sequence.Length, 1, 4);
                (seenTokens, seenBytes, seenTexts) = (seenTokens + sequence.Length, seenBytes + sequence.Bytes, seenTexts + sequence.Texts);
                packer.Return(sequence);
            }
        }

        Assert.Equal((tokens, bytes, texts), (seenTokens, seenBytes, seenTexts));
    }

    [Fact]
    public void Given_queues_of_domains_that_are_full_When_more_comes_Then_the_oldest_of_that_domain_is_dropped_and_counted()
    {
        var packer = new SequencePacker(Task, byDomain: true, mostOfDomain: 2);
        for (var i = 0; i < 5; i++)
        {
            packer.Add(Text(0, i, i, i));
        }

        packer.Add(Text(1, 8, 8, 8));

        Assert.Equal((2, 1, 3, 3L), (packer.FullOf(0), packer.FullOf(1), packer.Full, packer.Dropped));
        AssertSequence(packer.Take(0), 0, [End, 3, 3, 3], [3, 3, 3, End], bytes: 3, texts: 1);
    }

    private static TokenizedText Text(int domain, params int[] tokens) => new(new[] { tokens, [End] }.SelectMany(part => part).ToArray(), domain, tokens.Length);

    private static void AssertSequence(TokenSequence sequence, int domain, int[] inputs, int[] targets, int bytes, int texts)
    {
        Assert.Equal(domain, sequence.Domain);
        Assert.Equal(inputs, sequence.Inputs.ToArray());
        Assert.Equal(targets, sequence.Targets.ToArray());
        Assert.Equal((bytes, texts), (sequence.Bytes, sequence.Texts));
    }
}
