using System.Text;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Language.Tokens;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>Subword vocabularies that are given as files.</summary>
public sealed class SubwordTokenizerTests
{
    [Fact]
    public void Given_ranks_When_a_text_is_tokenised_Then_frequent_runs_are_one_token_and_bytes_that_are_no_text_are_read_as_the_replacement()
    {
        var tokenizer = SubwordTokenizer.FromRanks(Ranks("th", "the", " c", " ca", " cat"));

        Assert.Equal([257, 260], Tokens(tokenizer, "the cat"u8));
        Assert.Equal((262, 261), (tokenizer.Vocabulary, tokenizer.EndOfDocument));
        Assert.Equal([0xef, 0xbf, 0xbd, 'x'], Tokens(tokenizer, [0xff, (byte)'x']));
        Assert.Empty(Tokens(tokenizer, []));
    }

    [Fact]
    public void Given_merges_When_a_text_is_tokenised_Then_they_are_applied()
    {
        var tokenizer = SubwordTokenizer.FromMerges(
            """{"t":0,"h":1,"e":2,"Ġ":3,"c":4,"th":5,"the":6,"Ġc":7}"""u8.ToArray(), "#version: 0.2\nt h\nth e\nĠ c\n"u8.ToArray());

        Assert.Equal([6, 7, 2], Tokens(tokenizer, "the ce"u8));
        Assert.Equal(9, tokenizer.Vocabulary);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no vocabulary")]
    [InlineData("AA== -1")]
    [InlineData("AA== 99999999999")]
    public void Given_a_file_that_is_no_vocabulary_When_it_is_read_Then_it_is_refused(string file)
    {
        Assert.Throws<FormatException>(() => SubwordTokenizer.FromRanks(Encoding.UTF8.GetBytes(file)));
        Assert.Throws<FormatException>(() => SubwordTokenizer.FromMerges(Encoding.UTF8.GetBytes(file), "a b"u8.ToArray()));
    }

    [Fact]
    public void Given_another_vocabulary_When_a_stored_model_is_loaded_Then_it_is_refused_and_with_the_same_it_goes_on()
    {
        var task = new LanguageTask { Context = 8, Tokenizer = SubwordTokenizer.FromRanks(Ranks("th", "the")) };
        using var fleet = new TextFleet(TextFleet.PlanOf(task, TextFleet.Gpt(), TextFleet.Learner("byte-ngram"), TextFleet.Learner("unigram")));
        fleet.Process(TextFeed.Mixed(40));
        var hash = fleet.Hash();
        fleet.Restart();
        Assert.Equal(hash, fleet.Hash());
        using var other = new TextFleet(TextFleet.PlanOf(task with { Tokenizer = SubwordTokenizer.FromRanks(Ranks("ca", "cat")) }, TextFleet.Gpt(), TextFleet.Learner("byte-ngram"), TextFleet.Learner("unigram")));
        var refusal = Assert.Throws<StreamLearn.Learners.State.StateFormatException>(() => other.Fleet.LoadKey("k"u8, fleet.SaveKey()));
        Assert.Contains(task.Tokenizer.Signature, refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Ranks(params string[] merged)
    {
        var file = new StringBuilder();
        for (var rank = 0; rank < 256; rank++)
        {
            file.Append(Convert.ToBase64String([(byte)rank])).Append(' ').Append(rank).Append('\n');
        }

        for (var i = 0; i < merged.Length; i++)
        {
            file.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(merged[i]))).Append(' ').Append(256 + i).Append('\n');
        }

        return Encoding.UTF8.GetBytes(file.ToString());
    }

    private static int[] Tokens(SubwordTokenizer tokenizer, ReadOnlySpan<byte> text)
    {
        var tokens = new int[tokenizer.MostTokens(text.Length)];
        return tokens[..tokenizer.Tokenize(text, tokens)];
    }
}
