namespace StreamLearn.Simulation.Control.Pictures;

/// <summary>A colour.</summary>
internal readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    public static readonly Rgb Ground = new(38, 52, 74);
    public static readonly Rgb Frame = new(96, 112, 134);
    public static readonly Rgb Body = new(214, 158, 66);
    public static readonly Rgb Tip = new(232, 226, 208);
    public static readonly Rgb Target = new(206, 66, 58);
    public static readonly Rgb Good = new(70, 150, 96);
}
