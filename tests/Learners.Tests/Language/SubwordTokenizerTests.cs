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
            Vocabulary("th", "the", "Ġc"), "#version: 0.2\nt h\nth e\nĠ c\n"u8.ToArray());

        Assert.Equal([257, 258, 'e'], Tokens(tokenizer, "the ce"u8));
        Assert.Equal(260, tokenizer.Vocabulary);
        Assert.Equal([0xc3, 0xa4, 10, 0], Tokens(tokenizer, "ä\n\0"u8));
    }

    [Fact]
    public void Given_a_vocabulary_that_lacks_a_byte_When_it_is_read_Then_it_is_refused_and_the_byte_is_named()
    {
        var ranks = Encoding.UTF8.GetString(Ranks("th"));
        var less = string.Join('\n', ranks.Split('\n').Where(line => !line.StartsWith("/w== ", StringComparison.Ordinal)));
        Assert.Contains("0xFF", Assert.Throws<FormatException>(() => SubwordTokenizer.FromRanks(Encoding.UTF8.GetBytes(less))).Message, StringComparison.Ordinal);

        // The letter of the byte 0x00.
        var vocabulary = Encoding.UTF8.GetString(Vocabulary("th")).Replace("\"\\u0100\":", "\"other\":", StringComparison.Ordinal);
        Assert.Contains("0x00", Assert.Throws<FormatException>(() => SubwordTokenizer.FromMerges(Encoding.UTF8.GetBytes(vocabulary), "t h"u8.ToArray())).Message, StringComparison.Ordinal);
    }

    /// <summary>All buckets of a pipeline have the same tokenizer.</summary>
    [Fact]
    public void Given_texts_on_several_threads_When_they_are_tokenised_at_once_Then_each_has_its_own_tokens()
    {
        var tokenizer = SubwordTokenizer.FromRanks(Ranks("th", "the", " c", " ca", " cat"));
        byte[][] texts = [.. Enumerable.Range(0, 64).Select(i => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"the cat {i} ", 1 + i))))];
        int[][] expected = [.. texts.Select(text => Tokens(tokenizer, text))];

        Parallel.For(0, 4000, i => Assert.Equal(expected[i % texts.Length], Tokens(tokenizer, texts[i % texts.Length])));
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

    /// <summary>GPT-2's letters of all bytes, by their number, and merged tokens.</summary>
    private static byte[] Vocabulary(params string[] merged)
    {
        var tokens = new Dictionary<string, int>();
        var hidden = 0;
        for (var value = 0; value < 256; value++)
        {
            var seen = value is >= 33 and <= 126 or >= 161 and <= 172 or >= 174 and <= 255;
            tokens.Add(((char)(seen ? value : 256 + hidden++)).ToString(), value);
        }

        foreach (var token in merged)
        {
            tokens.Add(token, tokens.Count);
        }

        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(tokens);
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
