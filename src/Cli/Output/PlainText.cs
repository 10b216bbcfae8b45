namespace StreamLearn.Cli.Output;

/// <summary>Text from elsewhere, for a terminal.</summary>
internal static class PlainText
{
    private const int MostCharacters = 2000;

    /// <summary>Without characters that move a cursor or change a colour, and not without end.</summary>
    internal static string Printable(string text) => string.Create(Math.Min(text.Length, MostCharacters), text, (to, from) =>
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = char.IsControl(from[i]) ? ' ' : from[i];
        }
    });
}
