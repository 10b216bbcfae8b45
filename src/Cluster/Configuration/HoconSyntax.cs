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
    private const int MostDots = 30;

    // What text without quotes cannot have. In a list the parser waits for ever for such a character to go away, taking memory.
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
        var dots = 0;           // in a name
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

            if (char.IsWhiteSpace(c))
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

            dots = start || inValue ? 0 : dots + (c == '.' ? 1 : 0);
            start = c is '{' or ',';
            switch (c)
            {
                case '.' when dots > MostDots:
                    throw Fail(line, $"a name of more than {MostDots} parts", "a shorter one");
                case '"':
                    NoteKey();
                    i = EndOfString(text, i, ref line) ?? throw Fail(line, "text without its closing quote", "\"");
                    break;
                case '$' when i + 1 < text.Length && text[i + 1] == '{':
                    throw Fail(line, "a substitution", "a plain value; ${...} is not supported: settings that end in -env name environment variables");
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
                case var special when InList() && OnlyInQuotes.Contains(special):
                    throw Fail(line, $"a '{c}' in a list", $"quotes around text with a '{c}'");
                case '=' or ':' when inValue:
                    throw Fail(line, $"a '{c}' within a value", $"quotes around text with a '{c}', and a comma or a new line between settings");
                case '=' or ':' when keyLine == 0:
                    throw Fail(line, "a value without a name", "name = value");
                case '=' or ':':
                    awaitsValue = line;
                    inValue = true;
                    keyLine = 0;
                    break;
                default:
                    NoteKey();
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

        void NoteKey() => keyLine = inValue || keyLine > 0 ? keyLine : line;

        ConfigurationException Fail(int at, string actual, string expected) =>
            new($"{file}: line {at} has {actual}; expected {expected}.");
    }

    private static int EndOfLine(string text, int from)
    {
        var end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end;
    }

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
