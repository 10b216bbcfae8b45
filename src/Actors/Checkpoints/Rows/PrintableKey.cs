using System.Text;
using System.Text.Unicode;

namespace StreamLearn.Actors.Checkpoints.Rows;

/// <summary>A key for a message: as text where it is some, else in hexadecimal.</summary>
internal static class PrintableKey
{
    private const int LongestText = 100;
    private const int LongestHex = 32;

    internal static string Of(byte[] key)
    {
        var text = Utf8.IsValid(key) ? Encoding.UTF8.GetString(key) : null;
        if (text is not null && !text.Any(char.IsControl))
        {
            return text.Length <= LongestText ? $"'{text}'" : $"'{text[..LongestText]}...'";
        }

        return "0x" + Convert.ToHexString(key, 0, Math.Min(key.Length, LongestHex)) + (key.Length > LongestHex ? "..." : "");
    }
}
