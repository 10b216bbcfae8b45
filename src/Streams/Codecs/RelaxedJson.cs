using System.Text.Encodings.Web;

namespace StreamLearn.Streams.Codecs;

/// <summary>How text is escaped in the JSON of topics and of standard output: as JSON asks, and no more. None of it is ever HTML.</summary>
public static class RelaxedJson
{
    /// <summary>Leaves characters such as &gt; as they are.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
}
