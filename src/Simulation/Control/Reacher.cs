using StreamLearn.Simulation.Control.Mechanics;
using StreamLearn.Simulation.Control.Pictures;

namespace StreamLearn.Simulation.Control;

/// <summary>
/// An arm of two links that has to touch a target with its finger and to stay there. After "reacher easy" and "reacher hard" of the DeepMind
/// Control suite (Tassa et al. 2018): its masses, lengths, torques, start, reward and time limit; 20 s, 1000 frames.
/// </summary>
/// <remarks>
/// Observation: angles of shoulder (not wrapped) and wrist, rad; from finger to target, x and y, m; angular velocities of shoulder and wrist,
/// rad/s. Action: torques of shoulder and wrist, times 0.05 N m. Reward of a frame: 1 if finger and target touch, else 0; the finger has a
/// radius of 0.01 m, the target 0.05 (easy) or 0.015 (hard). Start: shoulder uniform on the circle, wrist uniform in ± 160 degrees, at
/// rest; the target at a distance uniform in 0.05 to 0.2 m and an angle uniform on the circle.
/// </remarks>
public sealed class Reacher : SteppedWorld
{
    /// <summary>Seconds of a frame.</summary>
    public const double FrameSeconds = 0.02;

    /// <summary>Frames of an episode.</summary>
    public const int EpisodeFrames = 1000;

    internal const string EasyName = "reacher-easy";
    internal const string HardName = "reacher-hard";

    private const double EasyRadius = 0.05;
    private const double HardRadius = 0.015;
    private const double NewtonMetres = 0.05;
    private const double PixelsPerMetre = 140;

    private readonly ReacherPhysics _physics = new(FrameSeconds);
    private readonly double _targetRadius;
    private readonly Tolerance _touch;
    private double _targetX;
    private double _targetY;

    /// <param name="isHard">Whether the target is the small one.</param>
    /// <param name="seed">Starts follow from it.</param>
    /// <param name="actionRepeat">Frames that an action is held for.</param>
    /// <exception cref="ArgumentException">The repeat is not from 1 to the frames of an episode.</exception>
    public Reacher(bool isHard, ulong seed, int actionRepeat = 1)
        : base(isHard ? HardName : EasyName, observationSize: 6, actionSize: 2, EpisodeFrames, actionRepeat, seed)
    {
        _targetRadius = isHard ? HardRadius : EasyRadius;
        _touch = new Tolerance(0, _targetRadius + ReacherPhysics.FingerRadius);
    }

    /// <summary>Begins an episode from a state of one's own, at rest.</summary>
    internal void ResetTo(double shoulder, double wrist, double targetX, double targetY)
    {
        Reset();
        _physics.Start(shoulder, wrist);
        (_targetX, _targetY) = (targetX, targetY);
    }

    private protected override void DrawStart()
    {
        var shoulder = Math.PI * (2 * Random.NextDouble() - 1);
        _physics.Start(shoulder, ReacherPhysics.WristBound * (2 * Random.NextDouble() - 1));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Random.NextDouble());
        var distance = 0.05 + 0.15 * Random.NextDouble();
        (_targetX, _targetY) = (distance * sine, distance * cosine);
    }

    private protected override double Advance(ReadOnlySpan<double> action)
    {
        _physics.Advance(NewtonMetres * action[0], NewtonMetres * action[1]);
        var (x, y) = ToTarget();
        return _touch.Of(Math.Sqrt(x * x + y * y));
    }

    private protected override void Describe(Span<float> observation)
    {
        var (x, y) = ToTarget();
        observation[0] = (float)_physics.Shoulder;
        observation[1] = (float)_physics.Wrist;
        observation[2] = (float)x;
        observation[3] = (float)y;
        observation[4] = (float)_physics.ShoulderVelocity;
        observation[5] = (float)_physics.WristVelocity;
    }

    private protected override void Paint(Canvas canvas)
    {
        const double Centre = Canvas.Side / 2.0;
        var (wristX, wristY) = _physics.WristPlace;
        var (fingerX, fingerY) = _physics.FingerPlace;
        canvas.Fill(Rgb.Ground);
        canvas.Disc(ToColumn(_targetX), ToRow(_targetY), PixelsPerMetre * _targetRadius, Rgb.Target);
        canvas.Line(Centre, Centre, ToColumn(wristX), ToRow(wristY), 2.5, Rgb.Body);
        canvas.Line(ToColumn(wristX), ToRow(wristY), ToColumn(fingerX), ToRow(fingerY), 2, Rgb.Good);
        canvas.Disc(Centre, Centre, 3, Rgb.Frame);
        canvas.Disc(ToColumn(fingerX), ToRow(fingerY), 2, Rgb.Tip);

        static double ToColumn(double x) => Centre + PixelsPerMetre * x;

        static double ToRow(double y) => Centre - PixelsPerMetre * y;
    }

    private (double X, double Y) ToTarget()
    {
        var (x, y) = _physics.FingerPlace;
        return (_targetX - x, _targetY - y);
    }
}
