namespace StreamLearn.Simulation.Control.Mechanics;

/// <summary>Where a cart and its pole are and how fast they move; also how fast these change.</summary>
/// <param name="Position">Of the cart, m.</param>
/// <param name="Angle">Of the pole, rad, 0 upright.</param>
/// <param name="Velocity">Of the cart, m/s.</param>
/// <param name="AngularVelocity">Of the pole, rad/s.</param>
internal readonly record struct CartPoleState(double Position, double Angle, double Velocity, double AngularVelocity)
{
    /// <summary>This and so much of a change.</summary>
    public CartPoleState Plus(in CartPoleState change, double share) => new(
        Position + share * change.Position,
        Angle + share * change.Angle,
        Velocity + share * change.Velocity,
        AngularVelocity + share * change.AngularVelocity);
}
