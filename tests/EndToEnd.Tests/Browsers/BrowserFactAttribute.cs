namespace StreamLearn.EndToEnd.Tests.Browsers;

/// <summary>A test with Debian's chromium.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = TestBrowser.Problem;
}
