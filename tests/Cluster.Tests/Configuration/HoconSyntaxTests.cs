using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Tests.Configuration;

public class HoconSyntaxTests
{
    private static readonly string[] Tokens =
    [
        "streamlearn", "akka", "pipelines", "kafka", "client", "learner", "rivals", "kind", "a", "seed", " ", " ", "\n", "\n", "{", "{", "}", "}", "[", "]",
        "=", "=", ":", ",", "\"", "\"\"\"", "#", "//", "$", "${", "?", "include", "\\", "1", "-1", "10s", ".", "on", "+=", "\r", "\t", "`", "é", "last-value",
    ];

    [Theory]
    [InlineData("streamlearn {\n seed = 1\n", "line 1 has a '{' that is never closed; expected a '}'")]
    [InlineData("streamlearn {\n node { port = 1\n}\n", "line 1 has a '{' that is never closed; expected a '}'")]
    [InlineData("streamlearn { seed = 1 }\n}\n", "line 2 has a '}' that closes nothing; expected as many closing brackets as opening ones")]
    [InlineData("streamlearn { a = [1, 2 }\n", "line 1 has a '}' that closes nothing; expected as many closing brackets as opening ones")]
    [InlineData("streamlearn {\n a = [1, 2\n b = 3 }\n", "line 2 has a '[' that is never closed; expected a ']' before the next setting")]
    [InlineData("streamlearn {\n a = [1, 2", "line 2 has a '[' that is never closed; expected a ']'")]
    [InlineData("streamlearn {\n kafka { group-prefix = \"x }\n}", "line 2 has text without its closing quote; expected \"")]
    [InlineData("a = \"\"\"x\n\n\"\"", "line 1 has text without its closing quote; expected \"")]
    [InlineData("\n\ninclude \"other.conf\"\n", "line 3 has an include; expected everything in one file")]
    [InlineData("streamlearn { include \"other.conf\" }", "line 1 has an include; expected everything in one file")]
    [InlineData("streamlearn { seed = 1, include file(\"other.conf\") }", "line 1 has an include; expected everything in one file")]
    [InlineData("streamlearn {\n seed = ${SEED}\n}", "line 2 has a substitution; expected a plain value")]
    [InlineData("streamlearn {\n seed = ${?SEED}\n}", "line 2 has a substitution; expected a plain value")]
    [InlineData("streamlearn { seed = x${SEED} }", "line 1 has a substitution; expected a plain value")]
    [InlineData("streamlearn {\n seed =\n}", "line 2 has a setting without a value; expected a value on the same line")]
    [InlineData("streamlearn {\n seed = # later\n node { port = 1 }\n}", "line 2 has a setting without a value; expected a value on the same line")]
    [InlineData("streamlearn { a = , b = 2 }", "line 1 has a setting without a value; expected a value on the same line")]
    [InlineData("streamlearn.seed =", "line 1 has a setting without a value; expected a value on the same line")]
    [InlineData("streamlearn {\n seed\n node { port = 1 } }", "line 2 has a setting without a value; expected name = value, or name { ... }")]
    [InlineData("streamlearn { seed }", "line 1 has a setting without a value; expected name = value, or name { ... }")]
    [InlineData("streamlearn { seed, node {} }", "line 1 has a setting without a value; expected name = value, or name { ... }")]
    [InlineData("streamlearn", "line 1 has a setting without a value; expected name = value, or name { ... }")]
    [InlineData("streamlearn { = 1 }", "line 1 has a value without a name; expected name = value")]
    [InlineData("streamlearn {\n node { host = a port = 1 } }", "line 2 has a '=' within a value; expected quotes around text with a '='")]
    [InlineData("streamlearn {\n node { host = \"a\" port = 1 } }", "line 2 has a '=' within a value; expected quotes around text with a '='")]
    [InlineData("streamlearn { a = [1] b = 2 }", "line 1 has a '=' within a value; expected quotes around text with a '='")]
    [InlineData("streamlearn {\n kafka { bootstrap-servers = localhost:9092 } }", "line 2 has a ':' within a value; expected quotes around text with a ':'")]
    [InlineData("streamlearn {\n\n seed = 1 ? 2 }", "line 3 has a '?' outside of quotes; expected quotes around text with a '?'")]
    [InlineData("streamlearn {\n\n pipelines { p { rivals = [last-value, *] } } }", "line 3 has a '*' outside of quotes; expected quotes around text with a '*'")]
    [InlineData("streamlearn { a = [\\u00e9] }", "line 1 has a '\\' outside of quotes; expected quotes around text with a '\\'")]
    [InlineData("streamlearn { a = [b@c, 1] }", "line 1 has a '@' outside of quotes; expected quotes around text with a '@'")]
    [InlineData("streamlearn { kafka { batch-records = 2,{} node = 3 } }", "line 1 has a block without a name; expected name { ... }")]
    [InlineData("streamlearn {\n seed = 7\n { a = 1 } }", "line 3 has a block without a name; expected name { ... }")]
    [InlineData("streamlearn { a {} {} }", "line 1 has a block without a name; expected name { ... }")]
    [InlineData("streamlearn {\n a [1] }", "line 2 has a list without a name; expected name = [ ... ]")]
    [InlineData("streamlearn { a = [{ b ..= 3 }] }", "line 1 has a name of several words; expected quotes around it, or name = value")]
    [InlineData("streamlearn { a = [{ b..c = 3 }] }", "line 1 has a dot with nothing beside it; expected words between dots, or quotes around a name")]
    [InlineData("streamlearn { .b = 3 }", "line 1 has a dot with nothing beside it; expected words between dots, or quotes around a name")]
    [InlineData("streamlearn { b. = 3 }", "line 1 has a dot with nothing beside it; expected words between dots, or quotes around a name")]
    [InlineData("streamlearn { seed += 1 }", "line 1 has a name of several words; expected quotes around it, or name = value")]
    [InlineData("streamlearn { a b = 3 }", "line 1 has a name of several words; expected quotes around it, or name = value")]
    [InlineData("streamlearn { \"\"\"a\n\"\"\" = 3 }", "line 1 has a name of several lines; expected words between dots, or quotes around a name")]
    [InlineData("streamlearn { seed = 1\r2\n }", "line 1 has a '\\u000D' outside of quotes; expected quotes around text with a '\\u000D'")]
    [InlineData("streamlearn { a = [{ b = {}c = 3 }] }", "line 1 has something right behind a block in a list; expected a comma or a new line")]
    [InlineData("streamlearn { a = [{ b = 1 } c] }", "line 1 has something right behind a block in a list; expected a comma or a new line")]
    [InlineData("streamlearn { a = b\0 }", "line 1 has a '\\u0000' outside of quotes; expected quotes around text with a '\\u0000'")]
    [InlineData("streamlearn { a = [$b] }", "line 1 has a '$' outside of quotes; expected quotes around text with a '$'")]
    public void Given_text_that_is_not_closed_or_not_supported_When_it_is_loaded_Then_the_message_names_file_line_and_what_was_expected(
        string text, string problem)
    {
        var message = ConfigurationFile.Refusal(text);

        Assert.StartsWith($"test.conf: {problem}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    [InlineData("# nothing but { a comment \" with ${x} and include")]
    [InlineData("streamlearn {}")]
    [InlineData("{ streamlearn { seed = 7 } }")]
    [InlineData("streamlearn { seed = 7 } # } \" [\n")]
    [InlineData("streamlearn { # {{{ \"\n  seed = 7 // }}} \"\n}")]
    [InlineData("streamlearn\n{\n  seed = 7\n}\n")]
    [InlineData("streamlearn =\n{\n  seed = 7\n}\n")]
    [InlineData("streamlearn : { seed : 7 }")]
    [InlineData("streamlearn.seed = 7")]
    [InlineData("streamlearn { seed = 7\r\n node {\r\n port = 1 }\r\n}\r\n")]
    [InlineData("streamlearn { seed = \"7\", kafka { group-prefix = \"a } { = ] [ # // ${x}\" } }")]
    [InlineData("streamlearn { seed = 7, kafka { group-prefix = \"\"\"a \" } {\n= ]\"\"\" } }")]
    [InlineData("streamlearn { seed = 7, kafka { group-prefix = \"a \\\" } {\" } }")]
    [InlineData("streamlearn { seed = 7, kafka { group-prefix = includes } }")]
    [InlineData("streamlearn { node { port = 1 } kafka { batch-records = 2 } }")]
    [InlineData("streamlearn { seed = 6 }\nstreamlearn { seed = 7 }\nstreamlearn.node.port = 1")]
    [InlineData("streamlearn { pipelines { p { rivals = [ # one\n last-value,\n { kind = seasonal-last-value, period = 5 } # two\n ]\n buckets = 2 } } }")]
    [InlineData("streamlearn { pipelines { p { rivals = [\n {\n kind = seasonal-last-value\n period = 5\n }\n { kind = last-value }\n ], buckets = 2 } } }")]
    public void Given_text_in_any_layout_When_it_is_loaded_Then_it_is_accepted(string text)
    {
        var config = ConfigurationFile.Load(text);

        Assert.Contains(config.Seed, new ulong[] { 1, 7 });
        Assert.Equal(text.Contains('7'), config.Seed == 7);
    }

    [Theory]
    [InlineData('{', '}')]
    [InlineData('[', ']')]
    public void Given_brackets_nested_very_deep_When_they_are_loaded_Then_they_are_refused_and_the_process_lives_on(char opening, char closing) =>
        Assert.StartsWith(
            $"test.conf: line 2 has a '{opening}' within 100 others; expected fewer brackets",
            ConfigurationFile.Refusal(
                $"akka {{ a =\n{string.Concat(Enumerable.Repeat(opening == '{' ? "{ a " : "[", 50_000))}{new string(closing, 50_000)} }}"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("akka")]
    [InlineData("{ streamlearn { kafka { client")]
    public void Given_a_name_of_very_many_parts_When_it_is_loaded_Then_it_is_refused_and_the_process_lives_on(string start) =>
        Assert.StartsWith(
            "test.conf: line 1 has a name of more than 30 parts; expected words between dots, or quotes around a name",
            ConfigurationFile.Refusal($"{start}{string.Concat(Enumerable.Repeat(".a", 50_000))} = 1"),
            StringComparison.Ordinal);

    [Fact]
    public void Given_text_with_many_dots_When_it_is_no_name_Then_it_is_accepted() =>
        ConfigurationFile.Load($"streamlearn.kafka.group-prefix = a{new string('.', 100)}\nakka.a = [{new string('.', 100)}]");

    [Fact]
    public void Given_text_in_three_quotes_When_it_is_loaded_Then_lines_behind_it_are_counted()
    {
        var message = ConfigurationFile.Refusal("streamlearn { kafka { group-prefix = \"\"\"a\n\nb\"\"\" }\n seed = ${X} }");

        Assert.StartsWith("test.conf: line 4 has a substitution", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_list_of_blocks_over_several_lines_When_it_is_loaded_Then_every_block_counts()
    {
        var config = ConfigurationFile.Load(
            """
            streamlearn.pipelines.p {
              rivals = [
                { kind = seasonal-last-value, period = 5 }   # } ]
                {
                  kind = recursive-least-squares
                  lags = 3
                },
                last-value
              ]
            }
            """);

        Assert.Equal(
            ["recursive-least-squares", "seasonal-last-value", "recursive-least-squares", "last-value"],
            config.Pipelines[0].Plan.Learners.Select(learner => learner.Registration.Kind));
        Assert.Equal(5, config.Pipelines[0].Plan.Learners[1].Options.Whole("period", 0, 0, 1000));
        Assert.Equal(3, config.Pipelines[0].Plan.Learners[2].Options.Whole("lags", 0, 0, 1000));
    }

    [Property(MaxTest = 2000)]
    public void Given_any_sequence_of_tokens_When_it_is_loaded_Then_it_is_accepted_or_refused_in_one_line(NonNegativeInt[] tokens)
    {
        var text = string.Concat(tokens.Select(token => Tokens[token.Get % Tokens.Length]));

        CheckNoOtherException(text);
        CheckNoOtherException($"streamlearn {{ pipelines {{ p {{ {text} }} }} }}");
    }

    [Property(MaxTest = 1000)]
    public void Given_a_good_text_cut_or_changed_anywhere_When_it_is_loaded_Then_it_is_accepted_or_refused_in_one_line(NonNegativeInt at, NonNegativeInt token)
    {
        const string good = """
            streamlearn {   # comment { "
              kafka { bootstrap-servers = "localhost:9092", client { "security.protocol" = ssl } }
              pipelines { p { rivals = [last-value, { kind = seasonal-last-value, period = 3 }], task { horizons = [1, 2], step = 5m } } }
            }
            """;
        var cut = at.Get % good.Length;

        CheckNoOtherException(good[..cut]);
        CheckNoOtherException(good[cut..]);
        CheckNoOtherException(good[..cut] + Tokens[token.Get % Tokens.Length] + good[(cut + 1)..]);
    }

    private static void CheckNoOtherException(string text)
    {
        try
        {
            StreamLearnConfig.Load(null, [], text);
        }
        catch (ConfigurationException refusal)
        {
            Assert.DoesNotContain('\n', refusal.Message);
        }
    }
}
