namespace StreamLearn.Cluster.Configuration;

/// <summary>
/// Finds what Akka's HOCON parser passes over in silence or reads otherwise than it is meant: a bracket or quote that is not closed, a
/// setting without a value, two settings without a comma between them, <c>include</c> and <c>${...}</c>; and what it never comes back
/// from.
/// </summary>
internal static class HoconSyntax
{
    // The parser recurses: deeper ones end the process.
    private const int DeepestBrackets = 100;
    private const int MostParts = 30;

    // What text without quotes cannot have. In a list the parser waits for ever for such a character, or for a name that it cannot read, to
    // go away, and takes memory.
    private const string OnlyInQuotes = "$`^?!@*&\\";

    /// <returns>The text as Akka's parser reads it: it takes no comma behind a block.</returns>
    /// <exception cref="ConfigurationException">Names file and line.</exception>
    internal static string Check(string text, string file)
    {
        var readable = text.ToCharArray();
        var last = '\n';
        var open = new Stack<(char Bracket, int Line)>();
        var line = 1;
        var start = true;       // of a setting
        var inValue = false;
        var keyLine = 0;        // of a name that has neither = nor { yet
        var awaitsValue = 0;    // line of an = that has no value yet
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
            {
                line++;
                start = true;
                inValue &= awaitsValue > 0 || InList();
                continue;
            }

            // A \r in the middle of a line: the parser reads on in the next line.
            if (char.IsWhiteSpace(c) && (c != '\r' || i + 1 == text.Length || text[i + 1] == '\n'))
            {
                continue;
            }

            if (c == '#' || text.AsSpan(i).StartsWith("//"))
            {
                i = EndOfLine(text, i) - 1;
                continue;
            }

            if (awaitsValue > 0 && (awaitsValue != line || c is '}' or ']' or ',') && c is not '{' and not '[')
            {
                throw Fail(awaitsValue, "a setting without a value", "a value on the same line");
            }

            awaitsValue = 0;
            if (keyLine > 0 && c != '{' && (keyLine != line || c is '}' or ','))
            {
                throw Fail(keyLine, "a setting without a value", "name = value, or name { ... }");
            }

            if (start && StartsWithInclude(text.AsSpan(i)))
            {
                throw Fail(line, "an include", "everything in one file; include is not supported");
            }

            var behindBlock = last == '}' && !start;
            start = c is '{' or ',';
            switch (c)
            {
                case '$' when i + 1 < text.Length && text[i + 1] == '{':
                    throw Fail(
                        line, "a substitution",
                        "a plain value; ${...} is not supported: settings that end in -env name environment variables");
                case var special when OnlyInQuotes.Contains(special) || char.IsControl(special):
                    throw Fail(line, $"a '{Visible(c)}' outside of quotes", $"quotes around text with a '{Visible(c)}'");
                case not '}' and not ']' and not ',' when behindBlock && open.Any(bracket => bracket.Bracket == '['):
                    throw Fail(line, "something right behind a block in a list", "a comma or a new line between them");
                case not '{' and not '}' and not '[' and not ']' and not ',' and not '=' and not ':' when !inValue:
                    i = keyLine > 0
                        ? throw Fail(line, "a name of several words", "quotes around it, or name = value")
                        : EndOfName(text, i, problem => Fail(line, problem, "words between dots, or quotes around a name"));
                    keyLine = line;
                    break;
                case '"':
                    i = EndOfString(text, i, ref line) ?? throw Fail(line, "text without its closing quote", "\"");
                    break;
                case '{' or '[' when open.Count == DeepestBrackets:
                    throw Fail(line, $"a '{c}' within {DeepestBrackets} others", "fewer brackets");
                case '{' when keyLine == 0 && last is not '=' and not ':' && !InList() && !IsFirst():
                    throw Fail(line, "a block without a name", "name { ... }");
                case '[' when last is not '=' and not ':' && !InList():
                    throw Fail(line, "a list without a name", "name = [ ... ]");
                case '{' or '[':
                    open.Push((c, line));
                    keyLine = c == '{' ? 0 : keyLine;
                    inValue = c == '[';
                    break;
                case '}' or ']':
                    if (open.Count == 0 || open.Pop().Bracket != (c == '}' ? '{' : '['))
                    {
                        throw Fail(line, $"a '{c}' that closes nothing", "as many closing brackets as opening ones");
                    }

                    inValue = c == ']' || InList();
                    break;
                case ',':
                    readable[i] = last == '}' && !InList() ? ' ' : ',';
                    inValue = InList();
                    break;
                case '=' when InList():
                    throw Fail(open.Peek().Line, "a '[' that is never closed", "a ']' before the next setting");
                case '=' or ':' when inValue:
                    throw Fail(line, $"a '{c}' within a value", $"quotes around text with a '{c}', and a comma or a new line between settings");
                case '=' or ':' when keyLine == 0:
                    throw Fail(line, "a value without a name", "name = value");
                case '=' or ':':
                    awaitsValue = line;
                    inValue = true;
                    keyLine = 0;
                    break;
            }

            last = c;
        }

        if (awaitsValue > 0)
        {
            throw Fail(awaitsValue, "a setting without a value", "a value on the same line");
        }

        if (keyLine > 0)
        {
            throw Fail(keyLine, "a setting without a value", "name = value, or name { ... }");
        }

        if (open.TryPeek(out var left))
        {
            throw Fail(left.Line, $"a '{left.Bracket}' that is never closed", $"a '{(left.Bracket == '{' ? '}' : ']')}'");
        }

        return new string(readable);

        // Braces may stand around all of it.
        bool IsFirst() => open.Count == 0 && last == '\n';

        bool InList() => open.TryPeek(out var bracket) && bracket.Bracket == '[';

        ConfigurationException Fail(int at, string actual, string expected) =>
            new($"{file}: line {at} has {actual}; expected {expected}.");
    }

    private static int EndOfLine(string text, int from)
    {
        var end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end;
    }

    private static string Visible(char c) => char.IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString();

    /// <summary>Index of the last character of a name: words or quoted text with dots between them.</summary>
    private static int EndOfName(string text, int from, Func<string, ConfigurationException> fail)
    {
        var at = from;
        for (var parts = 1; ; parts++)
        {
            var start = at;
            if (at < text.Length && text[at] == '"')
            {
                var line = 0;
                at = (EndOfString(text, at, ref line) ?? throw fail("text without its closing quote")) + 1;
                if (line > 0)
                {
                    throw fail("a name of several lines");
                }
            }

            while (at < text.Length && (at == start || text[start] != '"') && IsInWord(text[at]) && !text.AsSpan(at).StartsWith("//"))
            {
                at++;
            }

            if (at == start)
            {
                throw fail("a dot with nothing beside it");
            }

            if (parts > MostParts)
            {
                throw fail($"a name of more than {MostParts} parts");
            }

            if (at == text.Length || text[at] != '.')
            {
                return at - 1;
            }

            at++;
        }
    }

    private static bool IsInWord(char c) =>
        !char.IsWhiteSpace(c) && !char.IsControl(c) && !"{}[]=:,#\".".Contains(c) && !OnlyInQuotes.Contains(c);

    private static bool StartsWithInclude(ReadOnlySpan<char> text) =>
        text.StartsWith("include") && text.Length > 7 && (char.IsWhiteSpace(text[7]) || text[7] is '"' or '(');

    /// <summary>Index of the quote that closes the text, in one line or in three quotes; null: there is none.</summary>
    private static int? EndOfString(string text, int from, ref int line)
    {
        if (text.AsSpan(from).StartsWith("\"\"\""))
        {
            var end = text.IndexOf("\"\"\"", from + 3, StringComparison.Ordinal);
            line += end < 0 ? 0 : text.AsSpan(from, end - from).Count('\n');
            return end < 0 ? null : end + 2;
        }

        for (var i = from + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i;
            }
        }

        return null;
    }
}
